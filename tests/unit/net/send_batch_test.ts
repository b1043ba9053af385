import { type Endpoint, endpointOf } from "../../../lib/net/endpoint.ts";
import { openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { type RowSender, SendBatch, sendBatch } from "../../../lib/net/send_batch.ts";
import { assert, assertEquals } from "../../assert.ts";
import { UdpPeer } from "../../integration/kit/udp_peer.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const ignore = openLibc().kind !== "available" || Deno.build.os !== "linux";

/** A sender without a socket: no row of it is ever taken. */
class NoSocket implements RowSender {
  readonly fd = -1;
  failedRows = 0;
  readonly sent: string[] = [];
  readonly #taken: boolean;

  constructor(taken: boolean) {
    this.#taken = taken;
  }

  sendNow(bytes: Uint8Array, { key }: Endpoint): boolean {
    this.sent.push(`${bytes.length} × ${bytes[0]} to ${key}`);
    return this.#taken;
  }
}

const HERE = endpointOf("127.0.0.1", 9);
const ELSEWHERE = endpointOf("127.0.0.2", 9);
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

Deno.test("a row of datagrams arrives as they were sent, in order, when they go together", {
  ignore,
}, async () => {
  await using first = new UdpPeer();
  await using second = new UdpPeer();
  const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: () => {},
    notSent: () => {},
  });
  const [toFirst, toSecond] = [first, second].map(({ port }) => endpointOf("127.0.0.1", port));
  assert(toFirst !== undefined && toSecond !== undefined);
  const lengths = [100, 100, 100, 40, 100, 0, 100, 200, 200, 1_000, 1_000, 1_000, 999, 1];
  sendBatch.beginBurst();
  for (const [index, length] of lengths.entries()) socket.send(filled(length, index), toFirst);
  for (let index = 0; index < 200; index++) {
    socket.send(filled(1_200, index), index % 50 === 49 ? toSecond : toFirst);
  }
  assertEquals(first.got.length, 0);
  sendBatch.endBurst();
  await first.until(lengths.length + 196);
  await second.until(4);
  assertEquals(first.lengths.slice(0, lengths.length), lengths);
  const marks = first.bytes.slice(lengths.length).map((bytes) => bytes[1_199]);
  assertEquals(marks, Array.from({ length: 200 }, (_, at) => at).filter((at) => at % 50 !== 49));
  assertEquals(second.bytes.map((bytes) => bytes[0]), [49, 99, 149, 199]);
  assertEquals(socket.failedRows, 0);
  await socket.close();
});

Deno.test("a datagram goes out at once when nothing is being handled", () => {
  const batch = new SendBatch();
  const sender = new NoSocket(true);
  assertEquals(batch.take(sender, filled(10, 1), HERE), false);
  batch.beginBurst();
  batch.endBurst();
  assertEquals(batch.take(sender, filled(10, 1), HERE), false);
});

Deno.test("each datagram is sent by itself when the row is not taken, and no row after three", {
  ignore,
}, () => {
  const batch = new SendBatch();
  const sender = new NoSocket(true);
  batch.beginBurst();
  for (let row = 1; row <= 3; row++) {
    for (const length of [20, 20, 10]) assert(batch.take(sender, filled(length, row), HERE));
    assertEquals(sender.failedRows, row);
  }
  assertEquals(sender.sent.slice(0, 4), [
    "20 × 1 to 127.0.0.1:9",
    "20 × 1 to 127.0.0.1:9",
    "10 × 1 to 127.0.0.1:9",
    "20 × 2 to 127.0.0.1:9",
  ]);
  assertEquals(batch.take(sender, filled(20, 4), HERE), false);
  batch.endBurst();
});

Deno.test("rows go on when it was the datagrams that could not be sent", { ignore }, () => {
  const batch = new SendBatch();
  const sender = new NoSocket(false);
  batch.beginBurst();
  for (let row = 0; row < 9; row++) {
    for (const length of [20, 20, 10]) assert(batch.take(sender, filled(length, row), HERE));
  }
  batch.endBurst();
  assertEquals(sender.failedRows, 0);
  assertEquals(sender.sent.length, 27);
});

Deno.test("a row ends when the next datagram is for another address, or of another socket", {
  ignore,
}, () => {
  const batch = new SendBatch();
  const [one, other] = [new NoSocket(true), new NoSocket(true)];
  batch.beginBurst();
  batch.take(one, filled(5, 1), HERE);
  batch.take(one, filled(5, 2), ELSEWHERE);
  assertEquals(one.sent, ["5 × 1 to 127.0.0.1:9"]);
  batch.take(other, filled(5, 3), ELSEWHERE);
  assertEquals(one.sent.length, 2);
  batch.flushOf(one);
  assertEquals(other.sent, []);
  batch.flushOf(other);
  assertEquals(other.sent, ["5 × 3 to 127.0.0.2:9"]);
  batch.endBurst();
});
