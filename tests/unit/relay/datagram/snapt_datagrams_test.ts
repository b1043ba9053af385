import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { deriveDatagramKeys } from "../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { SnaptDatagrams } from "../../../../lib/relay/datagram/snapt_datagrams.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { KEY } from "./kit/datagram_ends.ts";
import { bytesOf } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const CLIENT = { datagrams: [{ name: "dns", holdMs: 200, idleMs: 60_000 }], destinations: [] };

function made(server: UdpEnd) {
  const log = new TestLog();
  const datagrams = new SnaptDatagrams({ host: "127.0.0.1", port: 0 }, {
    protection: "sealed",
    flows: 16,
    findServer: () => Promise.resolve(server.endpoint),
    tasks: testTasks(undefined, log),
  });
  return { log, datagrams, at: endpointOf("127.0.0.1", datagrams.port) };
}

Deno.test("a datagram reaches the session whose tag it bears, and nobody else's", async () => {
  await using server = new UdpEnd();
  await using client = new UdpEnd();
  const { log, datagrams, at } = made(server);
  const offers = [datagrams.offer(KEY, CLIENT, log), datagrams.offer(KEY, CLIENT, log)] as const;
  assertEquals(offers[0].offer.tag === offers[1].offer.tag, false);
  const { tag, protection } = offers[1].offer;
  const keys = deriveDatagramKeys(KEY, offers[1].offer);
  const seal = new DatagramSeal({
    protection,
    tag,
    sending: keys.cnapt,
    receiving: keys.snapt,
  });
  const target = { kind: "service", name: "dns" } as const;
  const bind = { kind: "bind", flow: 1, epoch: 0, target, source: "127.0.0.1:5000" } as const;
  client.socket.send(seal.seal({ ...bind, payload: bytesOf("question") }), at);
  assertEquals(new TextDecoder().decode((await server.hear(0)).bytes), "question");
  assertEquals(offers.map(({ flows }) => flows.snapshot().length), [0, 1]);
  for (const offer of offers) datagrams.end(offer);
  client.socket.send(seal.seal({ ...bind, payload: bytesOf("late") }), at);
  while (datagrams.drops.total === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(datagrams.drops.snapshot(), { unknownSession: 1 });
  assertEquals(log.of("error"), []);
  await datagrams.close();
});
