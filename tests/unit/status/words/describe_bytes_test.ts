import { inBytes } from "../../../../lib/status/words/describe_bytes.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("bytes are said in the unit that leaves one to three digits before the point", () => {
  assertEquals(
    [0, 999, 1_000, 12_345, 1_500_000, 2e12, 5e15].map(inBytes),
    ["0 B", "999 B", "1.0 kB", "12 kB", "1.5 MB", "2.0 TB", "5000 TB"],
  );
});
