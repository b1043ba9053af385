import { ReachFailures } from "../../../../lib/relay/network/reach_failures.ts";
import { assertEquals } from "../../../assert.ts";

const REFUSED = { provider: "eth0", reason: "connection refused" };
const TIMED_OUT = { provider: "eth0", reason: "no answer" };
const UNREACHABLE = { provider: "wlan0", reason: "unreachable" };

Deno.test("ReachFailures tells a reason once while it lasts and again when it changed", () => {
  const failures = new ReachFailures();
  assertEquals(failures.roundFailed([REFUSED, UNREACHABLE]), [REFUSED, UNREACHABLE]);
  assertEquals(failures.roundFailed([UNREACHABLE, REFUSED]), []);
  assertEquals(failures.roundFailed([TIMED_OUT, UNREACHABLE]), [TIMED_OUT]);
  assertEquals(failures.roundFailed([REFUSED]), [REFUSED]);
});

Deno.test("ReachFailures lists what the last round met, and nothing once SNAPT was reached", () => {
  const failures = new ReachFailures();
  failures.roundFailed([REFUSED, UNREACHABLE]);
  failures.roundFailed([UNREACHABLE]);
  assertEquals(failures.all, [UNREACHABLE]);
  failures.clear();
  assertEquals(failures.all, []);
  assertEquals(failures.roundFailed([UNREACHABLE]), [UNREACHABLE]);
});
