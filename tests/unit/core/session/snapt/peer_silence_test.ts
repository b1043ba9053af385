import type { SessionDeadline } from "../../../../../lib/core/session/deadline_name.ts";
import { Deadlines } from "../../../../../lib/core/session/deadlines.ts";
import { PeerSilence, SILENT_MS } from "../../../../../lib/core/session/snapt/peer_silence.ts";
import { assertEquals } from "../../../../assert.ts";

function silenceOf(inactivityMs: number) {
  const deadlines = new Deadlines<SessionDeadline>();
  const silence = new PeerSilence({ inactivityMs }, deadlines, 0);
  silence.watch(0);
  return { deadlines, silence };
}

Deno.test("what is heard puts the end of patience off", () => {
  const { deadlines, silence } = silenceOf(60_000);
  assertEquals(deadlines.next, SILENT_MS);
  silence.heard(10_000);
  assertEquals([silence.check(SILENT_MS), deadlines.next], ["fine", 10_000 + SILENT_MS]);
  assertEquals(silence.check(10_000 + SILENT_MS), "lost");
});

Deno.test("a shorter patience with silence is kept to", () => {
  const { deadlines, silence } = silenceOf(5_000);
  assertEquals(deadlines.next, 5_000);
  assertEquals(silence.check(4_999), "fine");
  assertEquals(silence.check(5_000), "lost");
});

Deno.test("a patience that is shortened counts from the next look on", () => {
  const settings = { inactivityMs: 20_000 };
  const deadlines = new Deadlines<SessionDeadline>();
  const silence = new PeerSilence(settings, deadlines, 0);
  silence.watch(0);
  settings.inactivityMs = 5_000;
  silence.heard(1_000);
  assertEquals(silence.check(5_999), "fine");
  assertEquals([deadlines.next, silence.check(6_000)], [6_000, "lost"]);
});
