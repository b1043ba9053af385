import { clockFindings, openFilesLimit } from "../../../../lib/app/doctor/look_at_system.ts";
import { assertEquals } from "../../../assert.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 524288               files
`;

Deno.test("the soft limit of open files is read from what Linux says", () => {
  assertEquals(openFilesLimit(LIMITS), 1_024);
  assertEquals(openFilesLimit("Max open files            unlimited   unlimited   files"), null);
  assertEquals(openFilesLimit(""), null);
});

Deno.test("a clock that was set back is told, but fails nothing", () => {
  assertEquals(clockFindings(new Date("1970-01-01T00:00:00Z"))[0]?.level, "attention");
  assertEquals(clockFindings(new Date("2026-11-23T00:00:00Z")), []);
});
