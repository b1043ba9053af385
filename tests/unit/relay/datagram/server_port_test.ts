import { type Endpoint, endpointOf } from "../../../../lib/net/endpoint.ts";
import { ServerPort } from "../../../../lib/relay/datagram/server_port.ts";
import { assertEquals } from "../../../assert.ts";
import { bytesOf } from "./kit/flow_parts.ts";

const SERVER = endpointOf("192.0.2.7", 69);
const OTHER_PORT = endpointOf("192.0.2.7", 40_000);
const REQUEST = bytesOf("\x00\x01file\x00octet\x00");
const ACK = bytesOf("\x00\x04\x00\x01");

function portsOf(port: ServerPort, ...payloads: Uint8Array[]): readonly string[] {
  return payloads.map((payload) => port.portFor(payload).key);
}

Deno.test("a server that answers from its own port is heard and talked to there only", () => {
  const port = new ServerPort({ server: SERVER, answersFrom: "ownPort" });
  assertEquals([port.hears(SERVER), port.hears(OTHER_PORT)], [true, false]);
  assertEquals(portsOf(port, REQUEST, ACK), [SERVER.key, SERVER.key]);
});

Deno.test("a server that answers from any port is talked to where it answered last", () => {
  const port = new ServerPort({ server: SERVER, answersFrom: "anyPort" });
  assertEquals(portsOf(port, REQUEST, ACK), [SERVER.key, SERVER.key]);
  const third = endpointOf("192.0.2.7", 40_001);
  for (const from of [OTHER_PORT, third, OTHER_PORT, SERVER]) {
    assertEquals(port.hears(from), true);
    assertEquals(portsOf(port, ACK), [from.key]);
  }
  assertEquals(port.server, SERVER);
});

Deno.test("a request goes to the port of the service again, and what follows where it is answered", () => {
  const port = new ServerPort({ server: SERVER, answersFrom: "anyPort" });
  port.hears(OTHER_PORT);
  assertEquals(portsOf(port, ACK, REQUEST, ACK), [OTHER_PORT.key, SERVER.key, SERVER.key]);
  port.hears(endpointOf("192.0.2.7", 40_001));
  assertEquals(portsOf(port, ACK), ["192.0.2.7:40001"]);
});

Deno.test("no answer of another host is taken, whatever its port", () => {
  const cases: readonly [Endpoint, readonly Endpoint[]][] = [
    [SERVER, [endpointOf("192.0.2.8", 69), endpointOf("192.0.2.70", 69), endpointOf("::1", 69)]],
    [endpointOf("2001:db8::7", 69), [endpointOf("2001:db8::8", 69), SERVER]],
  ];
  for (const [server, others] of cases) {
    const port = new ServerPort({ server, answersFrom: "anyPort" });
    for (const other of others) assertEquals(port.hears(other), false, other.key);
    assertEquals(portsOf(port, ACK), [server.key]);
    assertEquals(port.hears(endpointOf(server.host, 40_000)), true);
  }
});

Deno.test("an IPv6 server is the same host however its address is written", () => {
  const port = new ServerPort({
    server: endpointOf("2001:db8:0:0::7", 69),
    answersFrom: "anyPort",
  });
  assertEquals(port.hears(endpointOf("2001:DB8::7", 40_000)), true);
});
