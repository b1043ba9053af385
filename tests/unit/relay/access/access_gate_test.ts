import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { AccessGate } from "../../../../lib/relay/access/access_gate.ts";
import { TestLog } from "../../../test_log.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a gate counts everybody whom it turns away and logs it once in a while", () => {
  const log = new TestLog();
  let now = 0;
  const gate = new AccessGate([parseSourceRange("192.168.7.0/24")], log, () => now);
  assertEquals(gate.admits("192.168.7.20", "db"), true);
  for (now = 0; now < 25_000; now += 100) gate.admits("192.168.8.20", "db");
  assertEquals(gate.refused, 250);
  assertEquals(log.lines, [
    'warn application-not-allowed {"service":"db","from":"192.168.8.20","refused":1}',
    'warn application-not-allowed {"service":"db","from":"192.168.8.20","refused":100}',
    'warn application-not-allowed {"service":"db","from":"192.168.8.20","refused":100}',
  ]);
});

Deno.test("who is allowed is asked each time", () => {
  let ranges = [parseSourceRange("192.168.7.0/24")];
  const gate = new AccessGate(() => ranges, new TestLog(), () => 0);
  assertEquals(gate.admits("192.168.7.9", "ssh"), true);
  ranges = [];
  assertEquals([gate.admits("192.168.7.9", "ssh"), gate.refused], [false, 1]);
});
