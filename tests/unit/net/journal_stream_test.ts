import { isJournalOnStandardError } from "../../../lib/net/journal_stream.ts";
import { assertEquals } from "../../assert.ts";

const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED journal_stream_test: only Linux has a journal");

Deno.test({
  name: "standard error is the journal's stream when it is the one that is named, and no other",
  ignore,
  fn: () => {
    const { dev, ino } = Deno.statSync("/proc/self/fd/2");
    assertEquals(isJournalOnStandardError(`${dev}:${ino}`), true);
    for (const other of [`${dev}:${Number(ino) + 1}`, `${dev + 1}:${ino}`, "", "8:x", ":"]) {
      assertEquals(isJournalOnStandardError(other), false);
    }
  },
});

Deno.test("without a name there is no journal", () => {
  assertEquals(isJournalOnStandardError(undefined), Deno.env.has("JOURNAL_STREAM") && !ignore);
});
