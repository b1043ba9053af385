import { Log } from "../../../../lib/app/program/log.ts";
import { assert, assertEquals } from "../../../assert.ts";

function logged(level: "debug" | "info" | "warn", use: (log: Log) => void): string[] {
  const lines: string[] = [];
  use(Log.open({ level, write: (line) => lines.push(line) }));
  return lines;
}

Deno.test("a line of the log has the time, the level, the event and its fields", () => {
  const [line = ""] = logged("info", (log) => log.info("switched", { from: "eth0", stall_ms: 3 }));
  const [time = "", ...rest] = line.split(" ");
  assertEquals(new Date(time).toISOString(), time);
  assertEquals(rest, ["info", "switched", "from=eth0", "stall_ms=3"]);
});

Deno.test("with adds fields to every line, and the line's own win", () => {
  const [line = ""] = logged(
    "info",
    (log) => log.with({ site: "home", stream: 1 }).warn("stream-reset", { stream: 2 }),
  );
  assertEquals(line.split(" ").slice(1).join(" "), "warn stream-reset site=home stream=2");
});

for (
  const [level, seen] of [
    ["debug", ["debug", "info", "warn"]],
    ["info", ["info", "warn"]],
    ["warn", ["warn"]],
  ] as const
) {
  Deno.test(`a log of level ${level} has ${seen.join(", ")}`, () => {
    const lines = logged(level, (log) => {
      log.debug("session-ended");
      log.info("stopping");
      log.warn("stream-reset");
    });
    assertEquals(lines.map((line) => line.split(" ")[1]), [...seen]);
  });
}

Deno.test("values that could be mistaken for something else are quoted", () => {
  const [line = ""] = logged(
    "info",
    (log) => log.info("reloaded", { applied: "b c", needs_restart: 'f="g"' }),
  );
  assertEquals(line.split(" reloaded ")[1], 'applied="b c" needs_restart="f=\\"g\\""');
});

for (
  const [what, sentence] of [
    ["a new line", "bye\n2026-01-01T00:00:00.000Z warn forged"],
    ["a return", "bye\rforged"],
    ["the separators of Unicode", "bye\u2028forged\u2029"],
    ["an escape sequence", "\x1b[2J\x1b]0;forged\x07"],
    ["a C1 control", "\x9b2J\x85forged"],
    ["a change of the direction", "\u202egnorw\u2066"],
    ["what is not seen", "pay\u200bpal\ufeff\u00ad"],
    ["half a character", "\ud800"],
  ] as const
) {
  Deno.test(`a sentence of a peer with ${what} stays one quoted value`, () => {
    const lines = logged("info", (log) => log.warn("refused", { reason: sentence }));
    assertEquals(lines.length, 1);
    const value = lines[0]?.split(" reason=")[1] ?? "";
    assert(/^"[ -~]*"$/.test(value), value);
    assertEquals(JSON.parse(value), sentence);
  });
}

Deno.test("letters of other languages are left as they are", () => {
  const [line = ""] = logged("info", (log) => log.info("reloaded", { applied: "Büro 東京" }));
  assertEquals(line.split(" reloaded ")[1], 'applied="Büro 東京"');
});

Deno.test("as JSON a line is one object, and no field of a peer stands for its time, level or event", () => {
  const lines: string[] = [];
  const log = Log.open({ form: "json", program: "snapt", write: (line) => lines.push(line) });
  const fields = { stream: 3, reason: "a\nb\u2028", event: "x", level: "y" };
  log.with({ client: "laptop" }).warn("stream-reset", fields);
  const [line = ""] = lines;
  assert(!/[\n\u2028]/.test(line) && line.startsWith('{"ts":'), line);
  const { ts, ...rest } = JSON.parse(line);
  assertEquals(new Date(ts).toISOString(), ts);
  assertEquals(rest, {
    client: "laptop",
    stream: 3,
    reason: "a\nb\u2028",
    event: "stream-reset",
    level: "warn",
    program: "snapt",
  });
});

Deno.test("people at a terminal are shown no long value either", () => {
  const lines: string[] = [];
  const log = Log.open({
    wording: ({ fields }) => String(fields.reason),
    write: (line) => lines.push(line),
  });
  log.warn("refused", { reason: "x".repeat(100_000) });
  assertEquals(lines.map((line) => line.length), [256]);
});

Deno.test("what a reload says of form and level holds for all parts of the log", () => {
  const lines: string[] = [];
  const log = Log.open({
    lineForm: (form) => form === "json" ? "json" : "journal",
    write: (line) => lines.push(line),
  });
  const part = log.with({ site: "home" });
  log.use({ form: "json", level: "debug" });
  part.debug("decision-running");
  log.use({ form: "text", level: "warn" });
  part.info("udp-works", { provider: "eth0" });
  part.warn("udp-blocked", { provider: "eth0" });
  const [first = "", ...others] = lines;
  assertEquals([JSON.parse(first).event, JSON.parse(first).site], ["decision-running", "home"]);
  assertEquals(others, ["<4>udp-blocked site=home provider=eth0"]);
});
