import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { StreamPump } from "../../../../lib/relay/stream/stream_pump.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { bytesOf, Pumped, textOf } from "./kit/pumped.ts";

function made() {
  const pumped = new Pumped();
  const pump = new StreamPump(pumped.context);
  pump.start();
  return { pumped, pump };
}

Deno.test("a pump moves bytes both ways over one link", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachOutbound(link);
  pump.attachInbound(link, 0);
  await pumped.application.write(bytesOf("ping"));
  assertEquals(textOf(await far.readNext()), "ping");
  await far.write(bytesOf("pong"));
  assertEquals(textOf(await pumped.application.readNext()), "pong");
  pump.release();
});

Deno.test("links that carry nothing any more are closed when they are told to be, others stay", () => {
  const { pumped, pump } = made();
  const old = pumped.link("a");
  const next = pumped.link("b");
  pump.attachOutbound(old.link);
  pump.attachInbound(old.link, 0);
  pump.attachOutbound(next.link);
  pump.closeOldLinks();
  assertEquals(old.link.isOpen, true, "it still brings something");
  pump.attachInbound(next.link, 0);
  pump.closeOldLinks();
  assertEquals([old.link.isOpen, next.link.isOpen], [false, true]);
  pump.release();
});

Deno.test("a stream that is bound again and again holds no more links than it can need", () => {
  const { pumped, pump } = made();
  const all = Array.from({ length: 100 }, (_, at) => pumped.link(`link ${at}`).link);
  for (const link of all) {
    pump.attachOutbound(link);
    pump.attachInbound(link, link === all[0] ? 0 : 1_000); // the first still brings what comes before
  }
  const open = all.filter(({ isOpen }) => isOpen);
  assert(open.length <= 4, `${open.length} links`);
  assertEquals(open.at(-1), all.at(-1));
  pump.release();
});

Deno.test("links that are taken away are reset: what is in them is sent again elsewhere", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachOutbound(link);
  pump.detach();
  await assertRejects(() => far.readNext(), ConnFailed, "reset");
  pump.release();
});

Deno.test("the links of a stream that is complete end in the ordinary way", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachOutbound(link);
  pump.release();
  assertEquals(await far.readNext(), null);
});

Deno.test("links that are reset send nothing that was left", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachOutbound(link);
  pump.resetLinks();
  assertEquals(link.isOpen, false);
  await assertRejects(() => far.readNext(), ConnFailed, "reset");
  pump.reset();
});

Deno.test("a lost link is told once, and not at all after it was detached", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachInbound(link, 0);
  pump.detach();
  far.close();
  await settle();
  assertEquals(pumped.reports, ["moved a"]);
  pump.release();
});

Deno.test("an application sees an end when its stream is complete, and a reset when it failed", async () => {
  const complete = made();
  await settle();
  complete.pump.release();
  assertEquals(await complete.pumped.application.readNext(), null);
  const failed = made();
  await settle();
  failed.pump.reset();
  await assertRejects(() => failed.pumped.application.readNext(), ConnFailed);
});

Deno.test("an application that comes late sees what it would have seen before", async () => {
  for (const how of ["release", "reset"] as const) {
    const pumped = new Pumped();
    const { promise, resolve } = Promise.withResolvers<ByteConn | null>();
    const pump = new StreamPump({ ...pumped.context, application: promise });
    pump.start();
    pump[how]();
    resolve(pumped.near);
    await settle();
    if (how === "release") assertEquals(await pumped.application.readNext(), null);
    else await assertRejects(() => pumped.application.readNext(), ConnFailed);
  }
});

Deno.test("a mistake of ours in who hears of the bytes ends the stream once, with its stack", async () => {
  const pumped = new Pumped();
  const host = {
    ...pumped.host,
    delivered: () => {
      throw new TypeError("Cannot go on: a bug");
    },
  };
  const pump = new StreamPump({ ...pumped.context, host });
  pump.start();
  const { link, far } = pumped.link("a");
  pump.attachInbound(link, 0);
  for (let i = 0; i < 3; i++) await far.write(bytesOf("hello"));
  await settle();
  assertEquals(pumped.reports, ["moved a", "faulted"]);
  const [line = "", ...others] = pumped.log.of("error");
  assertEquals([line.includes("stream_pump_test.ts"), others], [true, []]);
  pump.reset();
});

/** A stream whose bytes have all come and gone on `link`, and both of whose directions have ended. */
async function complete(output = "ping", input = "pong") {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pump.attachOutbound(link);
  pump.attachInbound(link, 0);
  await pumped.application.write(bytesOf(output));
  assertEquals(textOf(await far.readNext()), output);
  await far.write(bytesOf(input));
  assertEquals(textOf(await pumped.application.readNext()), input);
  pumped.stream.cursor.endAt(input.length);
  await settle();
  return { pumped, pump, link, far };
}

Deno.test("the only link of a complete stream may carry another, and what comes on it is left", async () => {
  const { pump, link, far } = await complete();
  assertEquals(pump.release(), link);
  assertEquals(link.isOpen, true);
  const next = link.nextPayload();
  await far.write(bytesOf("next"));
  assertEquals(textOf(await next), "next");
  link.close();
});

Deno.test("a link does not carry another stream when there was more than one", async () => {
  const { pumped, pump, link } = await complete();
  const other = pumped.link("b");
  pump.attachOutbound(other.link);
  assertEquals(pump.release(), null);
  assertEquals([link.isOpen, other.link.isOpen], [false, false]);
});

Deno.test("a link does not carry another stream when something is still to go or to come on it", async () => {
  const unsent = await complete();
  unsent.pumped.stream.ring.commit(1);
  assertEquals(unsent.pump.release(), null);
  const { pumped, pump } = made();
  const { link } = pumped.link("a");
  pump.attachOutbound(link);
  pump.attachInbound(link, 0);
  pumped.stream.cursor.endAt(4); // which are delivered by another link
  assertEquals([pump.release(), link.isOpen], [null, false]);
});

Deno.test("a link does not carry another stream when it brought again what was there already", async () => {
  const { pumped, pump } = made();
  const { link, far } = pumped.link("a");
  pumped.stream.cursor.beginLink(0);
  pumped.stream.cursor.take(4);
  pump.attachOutbound(link);
  pump.attachInbound(link, 0);
  pumped.stream.cursor.endAt(4);
  await far.write(bytesOf("po"));
  await settle();
  assertEquals([pump.release(), link.isOpen], [null, false]);
});

Deno.test("a link that has carried much is not kept", async () => {
  const { pumped, pump, link } = await complete();
  const { ring, cursor } = pumped.stream;
  Object.defineProperty(ring, "end", { value: 300_000 });
  assertEquals([cursor.isLinkComplete, pump.release(), link.isOpen], [true, null, false]);
});

Deno.test("a link on which a write is under way does not carry another stream", async () => {
  const { pumped, pump } = made();
  const { link } = pumped.link("a");
  const written = Promise.withResolvers<void>();
  link.conn.write = () => written.promise;
  pump.attachOutbound(link);
  pump.attachInbound(link, 0);
  await pumped.application.write(bytesOf("ping"));
  await settle();
  pumped.stream.cursor.endAt(0);
  assertEquals([pumped.stream.ring.hasUnsent, pump.release(), link.isOpen], [false, null, false]);
  written.resolve();
});

Deno.test("an application is left as it has to be when the session ends", async () => {
  const cut = made();
  await settle();
  assertEquals(cut.pump.leave(), { application: cut.pumped.near, how: "reset" });
  const complete = made();
  complete.pumped.stream.cursor.endAt(0);
  await settle();
  assertEquals(complete.pump.leave(), { application: complete.pumped.near, how: "close" });
});

Deno.test("what an application says to a session that is over does not keep it from going on", async () => {
  const { pumped, pump } = made();
  await settle();
  const { length } = pumped.reports;
  pump.leave();
  await pumped.application.write(new Uint8Array(1 << 20));
  await settle();
  await pumped.application.closeWrite();
  await settle();
  assertEquals([pumped.reports.slice(length), pumped.stream.ring.end], [[], 0]);
  assertEquals(pumped.log.of("error"), []);
});
