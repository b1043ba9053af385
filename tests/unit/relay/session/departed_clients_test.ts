import type { PeerDeparture } from "../../../../lib/net/peer_departure.ts";
import { DepartedClients } from "../../../../lib/relay/session/departed_clients.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { Pumped } from "../stream/kit/pumped.ts";

function made(departure: PeerDeparture) {
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
  departed.watch(stream.id, conn);
  return { clock, stream, ended, log, conn, client, looks };
}

Deno.test("a stream whose client has gone without a word is ended after a second", async () => {
  const { clock, ended, log } = made("left");
  await clock.advance(999);
  assertEquals(ended, []);
  await clock.advance(1);
  assertEquals([ended, log.of("info")], [["1 application"], []]);
});

Deno.test("what a client said before it went is kept for ten seconds, and the log names the service", async () => {
  const { clock, ended, log } = made("leftWords");
  await clock.advance(9_999);
  assertEquals(ended, []);
  await clock.advance(1);
  assertEquals(ended, ["1 application"]);
  assertEquals(log.of("info"), ['info client-gone-unserved {"service":"db","stream":1}']);
});

Deno.test("a client stays until it is known to have gone", async () => {
  for (const departure of ["stays", "unknown"] as const) {
    const { clock, ended, client } = made(departure);
    await clock.advance(60_000);
    assertEquals(ended, []);
    client.departure = "left";
    await clock.advance(1_000);
    assertEquals(ended, ["1 application"]);
  }
});

Deno.test("a stream that has had a link is not looked at any more", async () => {
  const { clock, stream, ended, looks } = made("left");
  stream.confirmation = "unconfirmed";
  await clock.advance(60_000);
  assertEquals([looks, ended], [[], []]);
});

Deno.test("a stream that gets its link while its client is looked at goes on", async () => {
  const { clock, stream, ended, conn } = made("left");
  conn.peerDeparture = () => {
    stream.confirmation = "unconfirmed";
    return Promise.resolve("left");
  };
  await clock.advance(5_000);
  assertEquals(ended, []);
});

Deno.test("a look that takes long is followed by a pause that is longer still", async () => {
  const { clock, conn } = made("stays");
  const at: number[] = [];
  conn.peerDeparture = () => {
    at.push(clock.now());
    return new Promise((resolve) => clock.timer(200, () => resolve("stays")));
  };
  await clock.advance(10_000);
  assertEquals(at, [1_000, 5_200, 9_400]);
});
