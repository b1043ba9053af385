import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const FRAMES = [{ kind: "okToRedirection", epoch: 7 }, { kind: "ping", token: 3 }] as const;
const BOUND = { kind: "bound", stream: 1, epoch: 0, binding: 1, from: 0, received: 0 } as const;
const NEVER = new AbortController().signal;

function made() {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = TaskGroup.root(clock, log);
  const [near, far] = MemoryConn.pair();
  return { clock, log, tasks, near, far, link: new Link(near, "eth0", tasks) };
}

Deno.test("a link that becomes the control link while its first frame is awaited reads it whole", async () => {
  const { link, far } = made();
  const parked = link.firstMessage();
  link.useForControl();
  for (const frame of FRAMES) await far.write(encodeMessage(frame));
  assertEquals(await parked, FRAMES[0]);
  assertEquals(await link.nextMessage(), FRAMES[1]);
  link.close();
});

Deno.test("frames of one turn go out in one write, and close waits for them when it is gentle", async () => {
  const { link, far } = made();
  for (const frame of FRAMES) link.send(frame);
  const closed = link.closeGently(1_000);
  const bytes = await far.readNext();
  assertEquals(bytes?.length, FRAMES.reduce((sum, one) => sum + encodeMessage(one).length, 0));
  await closed;
  assertEquals([link.isOpen, await far.readNext()], [false, null]);
});

Deno.test("a gentle close waits no longer than it is told to, or than its task group is open", async () => {
  for (const how of ["time", "group"] as const) {
    const { clock, tasks } = made();
    const never = new Promise<void>(() => {});
    const [conn] = MemoryConn.pair();
    conn.write = () => never;
    const link = new Link(conn, "eth0", tasks);
    link.send(FRAMES[0]);
    const closed = link.closeGently(300);
    await clock.advance(299);
    assertEquals(link.isOpen, true);
    if (how === "group") tasks.close();
    else await clock.advance(1);
    await closed;
    assertEquals(link.isOpen, false);
  }
});

Deno.test("a parked link is asked on: the round trip, or null when nobody answers", async () => {
  const { clock, tasks, link, far } = made();
  const peer = new Link(far, "", tasks);
  tasks.run("peer", () => peer.firstMessage());
  await clock.advance(100);
  assertEquals(await link.ask(NEVER), 0);
  assertEquals(link.provenAt, 100);
  far.isSilent = true;
  const stop = new AbortController();
  const answer = link.ask(stop.signal);
  await clock.advance(50);
  stop.abort();
  assertEquals([await answer, link.provenAt], [null, 100]);
  const last = link.ask(NEVER);
  link.close();
  assertEquals(await last, null);
  assertEquals(await link.ask(NEVER), null);
});

Deno.test("a link is parked until the peer says what it is for, or closes it", async () => {
  const { link, far } = made();
  const first = link.firstMessage();
  assertEquals(link.isParked, true);
  await far.write(encodeMessage(FRAMES[0]));
  await first;
  assertEquals([link.isParked, link.isOpen], [false, true]);
  link.close();
});

Deno.test("bytes that are no frame end the reading of a link, and the peer is to blame", async () => {
  const { link, far } = made();
  await far.write(new Uint8Array(16).fill(255));
  await assertRejects(() => link.nextMessage(), ProtocolViolation);
});

Deno.test("a link that can write no more is closed, and that is no mistake of ours", async () => {
  const { link, log, far } = made();
  far.close();
  link.send(FRAMES[0]);
  await settle();
  assertEquals([link.isOpen, log.of("error")], [false, []]);
  await link.flushed();
});

Deno.test("a mistake of ours in a write closes the link and is told with its stack", async () => {
  const { log, tasks, near } = made();
  const conn: ByteConn = near;
  conn.write = () => Promise.reject(new TypeError("Cannot write: a mistake"));
  const link = new Link(conn, "eth0", tasks);
  link.send(FRAMES[0]);
  await settle();
  assertEquals(link.isOpen, false);
  assert(log.of("error")[0]?.includes("write frames"), log.lines.join("\n"));
});

Deno.test("a link that takes in more than it gets out is closed", async () => {
  const { tasks } = made();
  const [conn] = MemoryConn.pair();
  conn.write = () => new Promise<void>(() => {});
  const link = new Link(conn, "eth0", tasks);
  const large = { kind: "refused", code: "malformed", sentence: "x".repeat(500) } as const;
  let sent = 0;
  for (; link.isOpen && sent < 100_000; sent++) {
    link.send(large);
    if (sent === 0) await settle();
  }
  assertEquals(link.isOpen, false);
});

Deno.test("what came behind the last frame is the first of the payload", async () => {
  const { link, far } = made();
  const frame = encodeMessage(FRAMES[0]);
  const bytes = new Uint8Array([...frame, 1, 2, 3]);
  await far.write(bytes);
  assertEquals(await link.firstUnseenMessage(), FRAMES[0]);
  assertEquals([...link.takeRest()], [1, 2, 3]);
  link.close();
});

Deno.test("who has said what a link is for answers no question that crossed it", async () => {
  const { tasks, far, link: cnapt } = made();
  const snapt = new Link(far, "", tasks);
  const answer = snapt.ask(tasks.signal);
  cnapt.send({ kind: "connect", instance: "0011223344556677", claim: "atOnce" });
  const first = cnapt.firstMessage();
  await settle();
  assertEquals([await answer, (await snapt.firstMessage())?.kind], [null, "connect"]);
  snapt.send({ kind: "boundDatagrams", binding: 1 });
  assertEquals((await first)?.kind, "boundDatagrams");
  const next = snapt.nextMessage();
  cnapt.close();
  assertEquals(await next, null); // nothing came behind the first frame
});

Deno.test("of a parked link a few questions a second are answered, whatever comes, and then its use", async () => {
  const { link, far, clock } = made();
  const first = link.firstMessage();
  const ping = encodeMessage({ kind: "ping", token: 1 });
  const pings = new Uint8Array(ping.length * 1_000);
  for (let at = 0; at < pings.length; at += ping.length) pings.set(ping, at);
  await far.write(pings);
  await far.write(encodeMessage(FRAMES[0]));
  let answered = 0;
  const counting = (async () => {
    for (let bytes = await far.readNext(); bytes !== null; bytes = await far.readNext()) {
      answered += bytes.length / ping.length;
    }
  })();
  await clock.advance(1_000);
  assert(answered >= 16 && answered <= 64, `${answered} in the first second`);
  await clock.advance(10_000);
  assert(answered <= 32 + 11 * 16 + 1, `${answered} in eleven seconds`);
  await clock.advance(60_000);
  assertEquals([await first, answered], [FRAMES[0], 1_000]);
  link.close();
  await counting;
});

Deno.test("a link that rests is parked again: what its last user left to be read is the first frame", async () => {
  const { link, far } = made();
  await far.write(encodeMessage(BOUND));
  assertEquals(await link.firstMessage(), BOUND);
  assertEquals(link.takeRest().length, 0);
  assertEquals(link.isParked, false);
  const abandoned = link.nextPayload();
  link.rest("free");
  assertEquals(link.isParked, true);
  const first = link.firstMessage();
  await far.write(encodeMessage({ kind: "ping", token: 5 }));
  await far.write(encodeMessage(BOUND));
  assertEquals(await first, BOUND);
  assertEquals((await abandoned)?.length, encodeMessage({ kind: "ping", token: 5 }).length);
  assertEquals(await far.readNext(), encodeMessage({ kind: "pong", token: 5 }));
  await far.write(new TextEncoder().encode("payload"));
  assertEquals(new TextDecoder().decode(await link.nextPayload() ?? undefined), "payload");
  link.payloadTaken();
  link.close();
});

Deno.test("a link that rests with an end, or a failure, under way is noticed as one that ended", async () => {
  for (const how of ["close", "reset"] as const) {
    const { link, far } = made();
    const abandoned = link.nextPayload();
    link.rest("free");
    const first = link.firstMessage();
    far[how]();
    if (how === "close") assertEquals([await first, await abandoned], [null, null]);
    else await assertRejects(() => Promise.all([first, abandoned]));
    link.close();
  }
});

Deno.test("on a link that rests until the peer is heard nothing is said before", async () => {
  const { link, far } = made();
  link.rest("untilHeard");
  assertEquals(await link.ask(NEVER), null);
  const first = link.firstMessage();
  await far.write(encodeMessage({ kind: "ping", token: 5 }));
  assertEquals(await far.readNext(), encodeMessage({ kind: "pong", token: 5 }));
  await far.write(encodeMessage(BOUND));
  assertEquals(await first, BOUND);
  link.rest("untilHeard");
  link.send({ kind: "refused", code: "full", sentence: "no room" });
  assertEquals([link.isOpen, await far.readNext()], [false, null]);
});
Deno.test("of a parked link only small frames are taken, of the control link all", async () => {
  const entries = Array.from({ length: 300 }, (_, stream) => ({ stream, position: 1 }));
  const large = encodeMessage({ kind: "positions", recordReceived: 0, entries });
  const { link: parked, far } = made();
  await far.write(large.subarray(0, 100));
  await assertRejects(() => parked.firstMessage(), ProtocolViolation, "Cannot read frame");
  const { link: control, far: peer } = made();
  control.useForControl();
  await peer.write(large);
  assertEquals((await control.nextMessage())?.kind, "positions");
});

Deno.test("a parked link may have less to be written than the control link", async () => {
  for (const use of ["parked", "control"] as const) {
    const { link, near } = made();
    near.write = () => new Promise(() => {});
    if (use === "control") link.useForControl();
    for (let i = 0; i < 1_000; i++) {
      link.send({ kind: "disconnect", sentence: "x".repeat(100) });
      await null;
    }
    assertEquals(link.isOpen, use === "control");
    link.close();
  }
});
