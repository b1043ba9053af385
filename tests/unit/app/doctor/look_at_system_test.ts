import { clockFindings, filesFindings } from "../../../../lib/app/doctor/look_at_system.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("few open files are told with how many connections they suffice for, enough are well", () => {
  const [few] = filesFindings(1_024, "snapt");
  assert(few?.level === "attention" && /about \d+ connections/.test(few.text), few?.text);
  assertEquals(filesFindings(524_288, "cnapt").map(({ level }) => level), ["ok"]);
  assertEquals(filesFindings(null, "cnapt"), []);
});

Deno.test("a clock that was set back is told, but fails nothing", () => {
  assertEquals(clockFindings(new Date("1970-01-01T00:00:00Z"))[0]?.level, "attention");
  assertEquals(clockFindings(new Date("2026-11-23T00:00:00Z")), []);
});
