import type { RoleRecordMessage } from "../../../../lib/core/session/message_record.ts";
import { isOfCnapt, isOfSnapt } from "../../../../lib/core/session/record_direction.ts";
import { assertEquals } from "../../../assert.ts";
import { GOLDEN_VECTORS } from "../wire/golden_vectors.ts";

const {
  services,
  places,
  datagramSession,
  opened,
  linkLost,
  call,
  clientServicesOpened,
  offerClientServices,
  callRefused,
} = GOLDEN_VECTORS;
const MESSAGES = [
  services,
  places,
  datagramSession,
  opened,
  linkLost,
  call,
  clientServicesOpened,
  offerClientServices,
  callRefused,
].map(({ message }) => message as RoleRecordMessage);

Deno.test("a message of the record that one role sends is sent by one role", () => {
  assertEquals(MESSAGES.filter(isOfCnapt).map(({ kind }) => kind), [
    "offerClientServices",
    "callRefused",
  ]);
  assertEquals(MESSAGES.filter((message) => isOfCnapt(message) === isOfSnapt(message)), []);
});
