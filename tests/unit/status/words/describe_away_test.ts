import { describeAway } from "../../../../lib/status/words/describe_away.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a session that is away is described in one line", () => {
  const away = {
    since: "2026-11-27T22:14:03.512Z",
    until: "2026-12-04T22:14:03.512Z",
    streams: 1,
    waitingBytes: 7,
  };
  const until = "away since 2026-11-27 22:14Z, kept until 2026-12-04 22:14Z";
  assertEquals(describeAway(away), `${until}; 1 connection and 7 bytes wait`);
  assertEquals(
    describeAway({ ...away, streams: 3 }),
    `${until}; 3 connections and 7 bytes wait`,
  );
});
