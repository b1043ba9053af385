import { Outbound } from "../../../../lib/relay/stream/outbound.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { bytesOf, Pumped, textOf } from "./kit/pumped.ts";

const MORE_THAN_A_RING = 8_000_000;

function made() {
  const pumped = new Pumped();
  const lost: string[] = [];
  const outbound = new Outbound(pumped.context, (link) => lost.push(link.provider));
  outbound.startReading(pumped.near);
  return { pumped, outbound, lost };
}

Deno.test("what the application says waits in the ring until a link carries it", async () => {
  const { pumped, outbound } = made();
  await pumped.application.write(bytesOf("hello"));
  await settle();
  assertEquals([pumped.stream.ring.end, pumped.stream.ring.sent], [5, 0]);
  const { link, far } = pumped.link("a");
  outbound.attach(link);
  assertEquals(textOf(await far.readNext()), "hello");
  outbound.close();
});

Deno.test("outbound sends on no link while it is held, and on the next one from where it was", async () => {
  const { pumped, outbound } = made();
  const first = pumped.link("a");
  outbound.attach(first.link);
  outbound.hold();
  await pumped.application.write(bytesOf("hello"));
  await settle();
  assertEquals(pumped.stream.ring.sent, 0);
  const second = pumped.link("b");
  outbound.attach(second.link);
  assertEquals(textOf(await second.far.readNext()), "hello");
  outbound.close();
});

Deno.test("a link that cannot be written to is told as lost, and nothing is lost with it", async () => {
  const { pumped, outbound, lost } = made();
  const { link, far } = pumped.link("a");
  outbound.attach(link);
  await settle();
  far.close();
  await pumped.application.write(bytesOf("hello"));
  await settle();
  assertEquals([lost, pumped.stream.ring.end], [["a"], 5]);
  outbound.close();
});

Deno.test("a full ring stops the reading of the application until there is room", async () => {
  const { pumped, outbound } = made();
  const piece = new Uint8Array(48 * 1024);
  for (let i = 0; i < 4; i++) await pumped.application.write(piece);
  await settle();
  const { ring } = pumped.stream;
  assert(ring.isFull, `${ring.end} bytes`);
  const before = ring.end;
  ring.claim(before);
  ring.acknowledge(ring.sent);
  outbound.wake();
  await settle();
  assert(ring.end > before, `${ring.end} bytes`);
  outbound.close();
});

Deno.test("the end of the application and its failure are told apart", async () => {
  const ended = made();
  await ended.pumped.application.closeWrite();
  await settle();
  assertEquals(ended.pumped.reports, ["application ended"]);
  const failed = made();
  failed.pumped.application.reset();
  await settle();
  assertEquals(failed.pumped.reports, ["failed application"]);
});

Deno.test("what an application said before it failed is across before the failure is told", async () => {
  const { pumped, outbound } = made();
  pumped.stream.confirmation = "confirmed";
  const { link, far } = pumped.link("a");
  outbound.attach(link);
  await pumped.application.write(bytesOf("413 too large"));
  pumped.application.reset();
  await pumped.clock.advance(60_000);
  assertEquals(pumped.reports, []);
  assertEquals(textOf(await far.readNext()), "413 too large");
  pumped.stream.peerDelivered = 13;
  await pumped.clock.advance(1_000);
  assertEquals(pumped.reports, ["failed application"]);
  outbound.close();
});

Deno.test("an application that takes nothing any more may say its last words", async () => {
  const { pumped, outbound } = made();
  pumped.stream.confirmation = "confirmed";
  const { link, far } = pumped.link("a");
  outbound.attach(link);
  outbound.applicationBroke();
  await pumped.application.write(bytesOf("413 too large"));
  await pumped.application.closeWrite();
  await settle();
  assertEquals(textOf(await far.readNext()), "413 too large");
  assertEquals(pumped.reports, ["application ended"]);
  pumped.stream.peerDelivered = 13;
  await pumped.clock.advance(1_000);
  assertEquals(pumped.reports, ["application ended", "failed application"]);
  outbound.close();
});

Deno.test("one that takes nothing any more, says nothing and does not end is not waited for long", async () => {
  const { pumped, outbound } = made();
  outbound.applicationBroke();
  await pumped.clock.advance(4_999);
  assertEquals(pumped.reports, []);
  await pumped.clock.advance(1);
  assertEquals(pumped.reports, ["failed application"]);
  outbound.close();
});

Deno.test("words that wait for room in the ring are no silence, however long the peer is away", async () => {
  const { pumped, outbound } = made();
  pumped.stream.confirmation = "confirmed";
  const { ring } = pumped.stream;
  const words = new Uint8Array(MORE_THAN_A_RING).fill(7);
  const written = pumped.application.write(words).then(() => pumped.application.closeWrite());
  await settle();
  assert(ring.end < words.length && ring.writable(1).length === 0, "the ring is full");
  outbound.applicationBroke();
  await pumped.clock.advance(60_000);
  assertEquals(pumped.reports, []);
  // The peer is back, and has all of it but not what was not read yet.
  const { link, far } = pumped.link("a");
  outbound.attach(link);
  let got = 0;
  while (got < words.length) {
    got += (await far.readNext())?.length ?? 0;
    ring.acknowledge(got);
    pumped.stream.peerDelivered = got;
    if (got === ring.end) await pumped.clock.advance(1_000); // the ring is across, and no more
    outbound.wake();
    await settle();
  }
  await written;
  await pumped.clock.advance(6_000);
  assertEquals([got, pumped.reports], [words.length, ["application ended", "failed application"]]);
  outbound.close();
});

Deno.test("a mistake of ours in the ring ends the stream with one line in the log", async () => {
  const { pumped, outbound } = made();
  pumped.stream.ring.commit = () => {
    throw new TypeError("Cannot commit: a bug");
  };
  await pumped.application.write(bytesOf("hello"));
  await settle();
  assertEquals(pumped.reports, ["faulted"]);
  assertEquals(pumped.log.of("error").length, 1);
  outbound.close();
});

Deno.test("an application that has spoken and is silent is looked at again", async () => {
  const { pumped, outbound } = made();
  let looks = 0;
  Object.assign(pumped.near, {
    lookAgain: () => {
      looks += 1;
      return "done";
    },
  });
  await pumped.application.write(bytesOf("hello"));
  await pumped.clock.advance(1_000);
  assertEquals(looks, 1);
  outbound.close();
});
