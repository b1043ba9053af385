import { parseDestinationRule } from "../../../../lib/core/access/destination_rule.ts";
import {
  allowedAddresses,
  DestinationNotAllowed,
  findDestination,
  openDestination,
} from "../../../../lib/relay/access/destination_access.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

const RULES = [parseDestinationRule("127.0.0.0/8:22"), parseDestinationRule("*:443")];
const NEVER = new AbortController().signal;

Deno.test("an address that a range names is allowed", async () => {
  const found = await allowedAddresses({ host: "127.0.0.1", port: 22 }, RULES);
  assertEquals(found.map(({ address }) => address), ["127.0.0.1"]);
  assertEquals((await findDestination({ host: "127.0.0.1", port: 22 }, RULES)).host, "127.0.0.1");
});

Deno.test("what no rule allows is neither resolved nor dialled", async () => {
  for (const host of ["10.0.0.1", "db.example.org"]) {
    const destination = { host, port: 80 };
    await assertRejects(
      () => openDestination(destination, RULES, NEVER),
      DestinationNotAllowed,
      "no rule allows it",
    );
  }
});

Deno.test("a name that leads to this machine is not allowed by a rule for names", async () => {
  await assertRejects(
    () => allowedAddresses({ host: "localhost", port: 443 }, [parseDestinationRule("*:443")]),
    DestinationNotAllowed,
    "it leads to",
  );
});
