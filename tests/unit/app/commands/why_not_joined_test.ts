import type { JoinPlace } from "../../../../lib/app/commands/site_joiner.ts";
import { whyNotJoined } from "../../../../lib/app/commands/why_not_joined.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { NotAtRelay } from "../../../../lib/relay/link/not_at_relay.ts";
import type { JoinOutcome } from "../../../../lib/relay/pairing/join_race.ts";
import { assert, assertEquals } from "../../../assert.ts";

const OUTER: JoinPlace = { address: { host: "home.example.org", port: 7787 }, serverName: null };
const INNER: JoinPlace = { address: { host: "192.168.1.5", port: 7787 }, serverName: null };
const SILENT: JoinOutcome = {
  kind: "broken",
  error: new ConnFailed("timedOut", "Cannot connect to home.example.org: it does not answer"),
};
const REFUSED: JoinOutcome = {
  kind: "broken",
  error: new ConnFailed("refused", "Cannot connect to 192.168.1.5: nobody listens"),
};

async function told(...outcomes: readonly (readonly [JoinPlace, JoinOutcome])[]) {
  return await whyNotJoined(outcomes, new AbortController().signal);
}

Deno.test("the refusal of a SNAPT that knows the code is told alone, wherever it is", async () => {
  const { message, exit } = await told(
    [OUTER, SILENT],
    [INNER, { kind: "refused", code: "expired" }],
  );
  assertEquals([message.includes("has expired"), exit], [true, "refused"]);
  assert(!message.includes("home.example.org"), message);
});

Deno.test("another SNAPT in the LAN is told behind what was wrong at the first place", async () => {
  for (
    const outcome of [{ kind: "refused", code: "codeUnknown" }, { kind: "mistrusted" }] as const
  ) {
    const { message, exit } = await told([OUTER, SILENT], [INNER, outcome]);
    assert(message.startsWith("Cannot join: SNAPT was not reached at home.example.org:7787"));
    const nor = "Nor was SNAPT met at 192.168.1.5:7787 (who answers there does not know the code)";
    assertEquals([message.endsWith(nor), exit], [true, "noNetwork"], message);
  }
});

Deno.test("a relay without SNAPT is told with the place in the LAN that failed too", async () => {
  const relay = { ...OUTER, serverName: "4a64wqnkgx1s26fj.snapt.internal" };
  const absent = { kind: "broken", error: new NotAtRelay({}) } as const;
  const { message } = await told([relay, absent], [INNER, REFUSED]);
  assert(message.includes("the relay at home.example.org:7787 answers"), message);
  assert(message.endsWith("192.168.1.5:7787 (cannot connect to 192.168.1.5: nobody listens)"));
  assert(!(await told([relay, absent])).message.includes("Nor was"), message);
});
