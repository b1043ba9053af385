import { Log } from "../../../../lib/app/program/log.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** A log whose clock stands where a test puts it. */
function clocked() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = Log.open({ write: (line) => lines.push(line), now: () => clock.now });
  return { log, clock, lines };
}

Deno.test("what one source repeats is folded, and told when the minute is over", () => {
  const { log, clock, lines } = clocked();
  for (let i = 0; i < 1_000; i++) log.info("link-failed", { from: `198.51.100.1:${i + 1}` });
  assertEquals(lines.length, 40);
  clock.now = 60_000;
  log.tellFolded();
  assertEquals(lines.length, 41);
  const [last = ""] = lines.slice(-1);
  assert(last.endsWith("info repeated of=link-failed more=960 within_s=60"), last);
});

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
