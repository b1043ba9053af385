import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { OfferedClientServices } from "../../../../lib/relay/client_service/offered_client_services.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

const WEB = { name: "web", port: 80, protocol: "tcp" } as const;
const DNS = { name: "dns", port: 53, protocol: "udp", ...DEFAULT_DATAGRAM_TERMS } as const;

Deno.test("client services are shown in the order of the settings, whatever SNAPT answers first", () => {
  const offered = new OfferedClientServices(() => [WEB, DNS], new TestLog());
  offered.opened([
    { name: "dns", address: "192.0.2.1:53", reason: "" },
    { name: "web", address: "", reason: "it is not allowed" },
  ]);
  assertEquals(offered.snapshot(), [
    { ...WEB, address: "", reason: "it is not allowed" },
    { ...DNS, address: "192.0.2.1:53", reason: "" },
  ]);
});

Deno.test("a client service that SNAPT says nothing of is shown without an address", () => {
  const offered = new OfferedClientServices(() => [WEB, DNS], new TestLog());
  offered.opened([
    { name: "web", address: "192.0.2.1:80", reason: "" },
    { name: "nobody offered this", address: "192.0.2.1:1", reason: "" },
  ]);
  assertEquals(offered.snapshot().map(({ name, address }) => [name, address]), [
    ["web", "192.0.2.1:80"],
    ["dns", ""],
  ]);
});

Deno.test("the log says where each client service is, and warns of those that are not open", () => {
  const log = new TestLog();
  new OfferedClientServices(() => [WEB, DNS], log).opened([
    { name: "web", address: "192.0.2.1:80", reason: "" },
    { name: "dns", address: "", reason: "it is taken" },
  ]);
  assertEquals(log.lines, [
    'info client-service {"service":"web","at":"192.0.2.1:80"}',
    'warn client-service-refused {"service":"dns","reason":"it is taken"}',
  ]);
});

Deno.test("client services have no address any more when the session is over", () => {
  const offered = new OfferedClientServices(() => [WEB], new TestLog());
  offered.opened([{ name: "web", address: "192.0.2.1:80", reason: "" }]);
  offered.closed();
  assertEquals(offered.snapshot(), [{ ...WEB, address: "", reason: "" }]);
});
