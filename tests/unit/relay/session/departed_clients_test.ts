import type { PeerDeparture } from "../../../../lib/net/peer_departure.ts";
import {
  type ClientReading,
  DepartedClients,
} from "../../../../lib/relay/session/departed_clients.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { bytesOf, Pumped } from "../stream/kit/pumped.ts";

function made(departure: PeerDeparture, reading: ClientReading = "relayed") {
  const { clock, stream, tasks } = new Pumped();
  const ended: string[] = [];
  const log = new TestLog();
  const host = {
    streamOf: () => ended.length > 0 ? null : stream,
    applicationFailed: (id: number, code: string) => ended.push(`${id} ${code}`),
  };
  const [conn, client] = MemoryConn.pair();
  client.departure = departure;
  const looks: PeerDeparture[] = [];
  conn.peerDeparture = () => {
    looks.push(client.departure);
    return Promise.resolve(client.departure);
  };
  const departed = new DepartedClients(host, tasks, log);
  departed.watch(stream.id, conn, reading);
  const say = (text: string) => {
    const bytes = bytesOf(text);
    stream.ring.writable(bytes.length).set(bytes);
    stream.ring.commit(bytes.length);
  };
  return { clock, stream, ended, log, conn, client, looks, say };
}

Deno.test("a client is not looked at while its reader would hear that it goes", async () => {
  const { clock, ended, looks } = made("left");
  await clock.advance(60_000);
  assertEquals([looks, ended], [[], []]);
});

Deno.test("a stream whose client has gone without a word is ended after a second", async () => {
  const { clock, stream, ended } = made("left");
  stream.output = "ending";
  await clock.advance(999);
  assertEquals(ended, []);
  await clock.advance(1);
  assertEquals(ended, ["1 application"]);
});

Deno.test("what a client said before it went is kept for ten seconds, and the log says how much", async () => {
  const { clock, stream, ended, log, say } = made("left");
  say("GET");
  stream.output = "ending";
  await clock.advance(9_999);
  assertEquals(ended, []);
  await clock.advance(1);
  assertEquals(ended, ["1 application"]);
  assertEquals(log.of("info"), [
    'info client-gone-unserved {"service":"db","stream":1,"bytes":3}',
  ]);
});

Deno.test("a client that has only ended what it says stays for its answer", async () => {
  for (const departure of ["stays", "unknown"] as const) {
    const { clock, stream, ended, client, say } = made(departure);
    say("GET");
    stream.output = "ending";
    await clock.advance(60_000);
    assertEquals(ended, []);
    client.departure = "left";
    await clock.advance(1_000);
    assertEquals(ended, ["1 application"]);
  }
});

Deno.test("who ended without a word is taken for gone only where the system cannot tell", async () => {
  const silent = async (departure: PeerDeparture) => {
    const { clock, stream, ended } = made(departure);
    stream.output = "ending";
    await clock.advance(60_000);
    return ended.length;
  };
  assertEquals([await silent("stays"), await silent("unknown")], [0, 1]);
});

Deno.test("a client that is not read because the ring is full is looked at", async () => {
  const { clock, stream, ended, say } = made("left");
  while (!stream.ring.isFull) say("x".repeat(stream.ring.writable(1 << 16).length));
  await clock.advance(10_000);
  assertEquals(ended, ["1 application"]);
});

Deno.test("a client that waits for its destination is looked at, and only gone when that is known", async () => {
  const { clock, ended, client } = made("unknown", "unread");
  await clock.advance(60_000);
  assertEquals(ended, []);
  client.departure = "left";
  await clock.advance(1_000);
  assertEquals(ended, ["1 application"]);
});

Deno.test("a stream that has had a link is not looked at any more", async () => {
  const { clock, stream, ended, looks } = made("left", "unread");
  stream.confirmation = "unconfirmed";
  await clock.advance(60_000);
  assertEquals([looks, ended], [[], []]);
});

Deno.test("a stream that gets its link while its client is looked at goes on", async () => {
  const { clock, stream, ended, conn } = made("left", "unread");
  conn.peerDeparture = () => {
    stream.confirmation = "unconfirmed";
    return Promise.resolve("left");
  };
  await clock.advance(5_000);
  assertEquals(ended, []);
});

Deno.test("a look that takes long is followed by a pause that is longer still", async () => {
  const { clock, conn } = made("stays", "unread");
  const at: number[] = [];
  conn.peerDeparture = () => {
    at.push(clock.now());
    return new Promise((resolve) => clock.timer(200, () => resolve("stays")));
  };
  await clock.advance(10_000);
  assertEquals(at, [1_000, 5_200, 9_400]);
});
