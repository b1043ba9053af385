import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { LinkRefused } from "../../../../lib/relay/link/link_auth.ts";
import { isLastingAbsence, Parted, whyAbsent } from "../../../../lib/relay/own_relay/why_absent.ts";
import { assert, assertEquals } from "../../../assert.ts";

const RUN_IT = "see that `snapt relay` runs there, and that TCP port 7787 is let in";

Deno.test("who is not let in, or meets another relay, needs a new code", () => {
  const refused = new LinkRefused("revoked", "homepc was revoked at the relay");
  assertEquals(whyAbsent(refused, 7787).reason, "homepc was revoked at the relay");
  const others = [
    new Parted("displaced"),
    new Parted("revoked"),
    new ProtocolViolation("malformed", "Cannot read"),
    new ConnFailed("tls", "Cannot secure"),
  ];
  for (const error of [refused, ...others]) {
    assert(whyAbsent(error, 7787).remedy.includes("`snapt through CODE`"), String(error));
  }
  assertEquals([refused, ...others].map(isLastingAbsence), [true, true, true, false, false]);
});

Deno.test("a relay that is not reached is to be looked at there, or the network here", () => {
  for (const code of ["refused", "timedOut", "reset"] as const) {
    assertEquals(whyAbsent(new ConnFailed(code, "Cannot connect"), 7787).remedy, RUN_IT);
  }
  const cut = new ProtocolViolation("truncated", "Cannot authenticate: after 0 of 3 bytes");
  assertEquals(whyAbsent(cut, 7787), {
    reason: "Cannot stay at the relay: it has hung up",
    remedy: RUN_IT,
  });
  const here = whyAbsent(new ConnFailed("unreachable", "Cannot connect"), 7787);
  assert(here.remedy.includes("this machine"));
  assert(whyAbsent(new ConnFailed("nameUnknown", "Cannot resolve"), 7787).remedy.includes("DNS"));
});

Deno.test("a relay that stops is waited for", () => {
  const stops = new Parted("shuttingDown");
  assert(whyAbsent(stops, 7787).remedy.includes("by itself"));
  assertEquals(isLastingAbsence(stops), false);
});
