import { Log } from "../../../../lib/app/program/log.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** A log whose clock stands where a test puts it. */
function clocked() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = Log.open({ write: (line) => lines.push(line), now: () => clock.now });
  return { log, clock, lines };
}

/** The events of lines, without their time. */
function told(lines: readonly string[], from = 0): readonly string[] {
  return lines.slice(from).map((line) => line.split(" ").slice(1).join(" "));
}

Deno.test("what one source repeats is folded, and told with whose it was when the minute is over", () => {
  const { log, clock, lines } = clocked();
  for (let i = 0; i < 1_000; i++) log.info("link-failed", { from: `198.51.100.1:${i + 1}` });
  assertEquals(lines.length, 40);
  clock.now = 60_000;
  log.tellFolded();
  assertEquals(told(lines, 40), [
    "info repeated of=link-failed more=960 within_s=60 " +
    'reason="link failed: 960 more from 198.51.100.1 in 60 s" from=198.51.100.1',
  ]);
});

Deno.test("those that caused most are named, the others are one line, as loud as what it was", () => {
  const { log, clock, lines } = clocked();
  const say = (source: number) =>
    log.with({ client: `c${source}` }).warn("protocol-violation", { reason: "x" });
  for (let source = 1; source <= 4; source++) for (let i = 0; i < 40; i++) say(source);
  for (let source = 1; source <= 4; source++) for (let i = 0; i < 10 * source; i++) say(source);
  for (let i = 0; i < 100; i++) say(5);
  const before = lines.length;
  clock.now = 61_000;
  log.tellFolded();
  const sentences = told(lines, before).map((line) =>
    /^(\S+) .*reason="(.*?)"/.exec(line)?.slice(1)
  );
  assertEquals(sentences, [
    ["warn", "protocol violation: 60 more from c5 in 61 s"],
    ["warn", "protocol violation: 40 more from c4 in 61 s"],
    ["warn", "protocol violation: 30 more from c3 in 61 s"],
    ["warn", "protocol violation: 30 more from others in 61 s"],
  ]);
});

Deno.test("what goes on for an hour is a few lines a minute", () => {
  const { log, clock, lines } = clocked();
  for (let minute = 0; minute < 60; minute++) {
    for (let i = 0; i < 1_000; i++) {
      clock.now = minute * 60_000 + i;
      log.info("link-failed", { from: `198.51.100.1:${i + 1}` });
    }
  }
  assertEquals(lines.length, 40 + 59 * 5);
});

Deno.test("of many sources the same, and who comes anew is still told", () => {
  const { log, clock, lines } = clocked();
  for (let minute = 0; minute < 10; minute++) {
    clock.now = minute * 60_000;
    for (let i = 0; i < 5_000; i++) {
      log.info("link-failed", { from: `10.${minute}.${i >> 8}.${i & 255}:4` });
    }
  }
  const folded = told(lines).filter((line) => line.includes("link failed: 4800 more from many in"));
  assertEquals([folded.length, lines.length], [1, 200 + 9 * 21]);
  clock.now = 11 * 60_000;
  log.tellFolded();
  clock.now = 12 * 60_000;
  for (let i = 0; i < 50; i++) log.info("link-failed", { from: "192.0.2.1:4" });
  assertEquals(told(lines).filter((line) => line.endsWith("from=192.0.2.1:4")).length, 40);
});

Deno.test("what is known already, and told more quietly, hides nothing new", () => {
  const lines: string[] = [];
  const log = Log.open({ level: "debug", write: (line) => lines.push(line), now: () => 0 });
  for (let i = 0; i < 1_000; i++) log.debug("application-turned-away", { service: "ssh" });
  log.warn("application-turned-away", { service: "db" });
  assertEquals(lines.length, 41);
});

for (
  const [from, source] of [
    ["[2001:db8::7]:4", "2001:db8::/64"],
    ["2001:db8::7", "2001:db8::/64"],
    ["192.0.2.7", "192.0.2.7"],
    ["[::ffff:192.0.2.7]:4", "192.0.2.7"],
    ["eth0", "eth0"],
  ] as const
) {
  Deno.test(`lines from ${from} are told as those from ${source}`, () => {
    const { log, clock, lines } = clocked();
    for (let i = 0; i < 41; i++) log.info("link-failed", { from });
    clock.now = 60_000;
    log.tellFolded();
    assert(lines.at(-1)?.includes(` 1 more from ${source} in 60 s`), lines.at(-1));
  });
}

Deno.test("a source that repeats itself hides neither others nor other events", () => {
  const { log, lines } = clocked();
  for (let i = 0; i < 1_000; i++) log.info("link-failed", { from: "[2001:db8::1]:5" });
  log.info("link-failed", { from: "[2001:db8:0:1::1]:5" });
  log.info("switched", { from: "eth0" });
  assertEquals(lines.length, 42);
});

Deno.test("5,000 strangers a second with an address each are a bounded number of lines a minute", () => {
  const { log, clock, lines } = clocked();
  for (let second = 0; second < 60; second++) {
    clock.now = second * 1_000;
    for (let i = 0; i < 5_000; i++) {
      log.info("link-failed", { from: `10.${second}.${i >> 8}.${i & 255}:4` });
    }
  }
  assertEquals(lines.length, 200);
});

Deno.test("parts of the log with fields of their own are bounded as one", () => {
  const { log, lines } = clocked();
  for (let i = 0; i < 1_000; i++) log.with({ client: `c${i}` }).warn("stream-reset");
  assertEquals(lines.length, 200);
});
