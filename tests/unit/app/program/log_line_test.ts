import { asideLines, type LineForm, logLine } from "../../../../lib/app/program/log_line.ts";
import type { LogLevel } from "../../../../lib/config/log_config.ts";
import type { LogFields } from "../../../../lib/relay/run/relay_log.ts";
import { assert, assertEquals } from "../../../assert.ts";

const TIME = new Date("2026-01-01T00:00:00.000Z");
const FORMS: readonly LineForm[] = ["text", "journal", "json"];

function line(form: LineForm, fields: LogFields, level: LogLevel = "info"): string {
  return logLine(form, "cnapt", { time: TIME, level, event: "switched", fields });
}

Deno.test("text has the time and the level, the journal a priority in their place", () => {
  const fields = { site: "home", reason: "eth0 is gone" };
  assertEquals(
    line("text", fields),
    '2026-01-01T00:00:00.000Z info switched site=home reason="eth0 is gone"',
  );
  assertEquals(line("journal", fields), '<6>switched site=home reason="eth0 is gone"');
});

Deno.test("each level has its priority", () => {
  const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];
  assertEquals(levels.map((level) => line("journal", {}, level).slice(0, 3)), [
    "<3>",
    "<4>",
    "<6>",
    "<7>",
  ]);
});

Deno.test("in JSON the fields that many lines have come first, in their order", () => {
  const fields = { stall_ms: 3, streams: 2, reason: "r", to: "lte", from: "eth0", site: "home" };
  assertEquals(Object.keys(JSON.parse(line("json", fields))), [
    ...["ts", "level", "event", "program", "site", "from", "to", "reason", "stall_ms", "streams"],
  ]);
});

for (
  const [what, value] of [
    ["300 characters", "x".repeat(300)],
    ["300 controls", "\x1b".repeat(300)],
    ["300 marks that change the direction", "\u202e".repeat(300)],
    ["markup", '<script>alert("x")</script>'.repeat(20)],
    ["300 new lines", "\nwarn forged".repeat(300)],
    ["halves of characters", "😀".repeat(300)],
    ["a million characters", "a b".repeat(333_333)],
  ] as const
) {
  for (const form of FORMS) {
    Deno.test(`${what} in a value are one short line as ${form}`, () => {
      const text = line(form, { client: value, reason: value });
      assert(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text), text);
      assert(text.length <= 2 * 6 * 256 + 200, String(text.length));
      if (form === "json") assert(JSON.parse(text).client.startsWith(value.slice(0, 8)), text);
    });
  }
}

Deno.test("of a value that is clipped the beginning and the end are there", () => {
  const { reason } = JSON.parse(line("json", { reason: `begin ${"x".repeat(500)} end` }));
  assertEquals([reason.length, reason.slice(0, 7), reason.slice(-4)], [256, "begin x", " end"]);
  assert(reason.includes("x…x"), reason);
});

Deno.test("where a mistake of ours happened is told whole", () => {
  const stack = "Error: x\n    at y\n".repeat(60);
  assertEquals(JSON.parse(line("json", { stack })).stack, stack);
});

Deno.test("an error of several lines has its priority on each of them in the journal only", () => {
  assertEquals(asideLines("journal", "Cannot listen\nSee help"), "<3>Cannot listen\n<3>See help");
  assertEquals(asideLines("text", "Cannot listen\nSee help"), "Cannot listen\nSee help");
});
