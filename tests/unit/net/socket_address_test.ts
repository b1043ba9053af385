import { parseEndpoint } from "../../../lib/net/endpoint.ts";
import { plainHost, shownAddress } from "../../../lib/net/socket_address.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("a host is written in one way only when it is compared", () => {
  const cases = [
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::", "::"],
    ["example.org", "example.org"],
  ] as const;
  for (const [host, plain] of cases) assertEquals(plainHost(host), plain);
});

Deno.test("an address is shown as people write it, IPv4 also where a socket of both families has it", () => {
  const cases = [
    ["[::ffff:192.0.2.7]:7787", "192.0.2.7:7787"],
    ["192.0.2.7:7787", "192.0.2.7:7787"],
    ["[2001:db8::1]:7787", "[2001:db8::1]:7787"],
    ["[fe80::1%eth0]:7787", "[fe80::1%eth0]:7787"],
    ["unix:/run/x", "unix:/run/x"],
    ["", ""],
  ] as const;
  for (const [address, shown] of cases) assertEquals(shownAddress(address), shown);
});

Deno.test("an endpoint is none when its host or port cannot be", () => {
  const bad = ["", ":53", "[1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17]:53", "256.0.0.1:53"];
  for (const text of [...bad, "127.0.0.1:65536", "127.0.0.1:", "127.0.0.1:x", "[::1]"]) {
    assertEquals(parseEndpoint(text), null, text);
  }
});
