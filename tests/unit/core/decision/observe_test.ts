import type { CarryProof, ProbeOutcome } from "../../../../lib/core/decision/carry_proof.ts";
import type { DecisionInput } from "../../../../lib/core/decision/decision_input.ts";
import type { Measurement } from "../../../../lib/core/decision/measurement.ts";
import { afterFailedMove } from "../../../../lib/core/decision/observe.ts";
import { PREFERENCES } from "../../../../lib/core/decision/weights.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, candidate, DecisionCase, outline, silent, STABLE_MS } from "./decision_case.ts";

const STABLE_S = STABLE_MS / 1_000;
const WELL = { eth: answering, wlan: answering };
const BAD = { ...WELL, eth: (at: number): Measurement => answering(at, { loss: 0.3 }) };
const PLACES = new Map([["eth", ["eth0 192.0.2.1"]], ["wlan", ["wlan0 192.0.2.9"]]]);
const DOWNLOAD = { down: 500_000, up: 0 };

function onEth(): DecisionCase {
  return new DecisionCase([candidate("eth"), candidate("wlan", { priority: 2 })], {
    current: "eth",
    places: PLACES,
  });
}

/** The session is on `current`; `manner`: it has just come there from the other network. */
let serial = 0;
function on(current: "eth" | "wlan", manner?: "planned" | "sudden"): Partial<DecisionInput> {
  if (manner === undefined) return { current };
  serial += 1;
  const from = current === "eth" ? "wlan" : "eth";
  return { current, moves: [{ serial, from, to: current, manner, at: Infinity }] };
}
const proofOf = (at: number, outcome: ProbeOutcome) =>
  new Map<string, CarryProof>([["eth", { at, need: DOWNLOAD, outcome }]]);
const TOO_SLOW = { kind: "tooSlow", down: 8_000, up: null } as const;

Deno.test("a network that is lost soon after it was come to is on trial for twice as long", () => {
  const one = onEth();
  one.after(60, WELL);
  one.after(1, { ...WELL, eth: silent }, on("wlan", "sudden"));
  assertEquals(outline(one.after(10, WELL, on("wlan"))), "keep: onTrial");
  const { decision } = one.after(10, WELL, on("wlan"));
  assertEquals(
    decision.reasons[0]?.text,
    "eth is better if it stays well for 41 s more: it is on trial for 60 s, since it was left as " +
      "lost after 60 s of use",
  );
  assertEquals(outline(one.after(40, WELL, on("wlan"))), "keep: onTrial");
  assertEquals(outline(one.after(2, WELL, on("wlan"))), "planned to eth: better");
});

Deno.test("a network is not blamed for the one that was lost after it, before anybody looked", () => {
  const one = onEth();
  one.after(60, WELL);
  const at = one.now + 500;
  const moves = [
    { serial: 1, from: "eth", to: "usb", manner: "planned", at: at - 100 },
    { serial: 2, from: "usb", to: "wlan", manner: "sudden", at },
  ] as const;
  one.after(1, WELL, { current: "wlan", moves });
  assertEquals([...one.state.trials.keys()], ["usb"]);
  assertEquals(one.state.trials.get("usb")?.what, "was left as lost after 0 s of use");
  assertEquals(one.state.arrivedAt, at);
  assertEquals(
    outline(one.after(STABLE_S, WELL, { current: "wlan", moves })),
    "planned to eth: better",
  );
});

Deno.test("a move of a session that nobody watched blames nobody", () => {
  const one = onEth();
  one.after(60, WELL);
  const moves = [{ serial: 1, from: "lte", to: "wlan", manner: "sudden", at: one.now }] as const;
  one.after(1, WELL, { current: "wlan", moves });
  assertEquals(one.state.trials.size, 0);
});

Deno.test("one that was left as bad has to be well anew, however well it was before", () => {
  const one = onEth();
  one.after(600, WELL);
  assertEquals(outline(one.after(3, BAD)), "planned to wlan: warning");
  assertEquals(outline(one.after(STABLE_S, WELL, on("wlan", "planned"))), "keep: onTrial");
  assertEquals(outline(one.after(10, WELL, on("wlan"))), "planned to eth: better");
});

Deno.test("one that is left while it is well is not blamed", () => {
  const one = onEth();
  one.after(60, WELL);
  one.after(1, WELL, on("wlan", "planned"));
  assertEquals(one.state.trials.size, 0);
});

Deno.test("a move that did not work doubles the time of trial of where it was to lead", () => {
  const one = onEth();
  one.after(60, WELL, on("wlan"));
  one.state = afterFailedMove(one.state, "eth", ["eth0 192.0.2.1"]);
  assertEquals(outline(one.after(59, WELL, on("wlan"))), "keep: onTrial");
  assertEquals(outline(one.after(3, WELL, on("wlan"))), "planned to eth: better");
});

Deno.test("streams that move much go only where a probe has shown that it carries them", () => {
  const one = onEth();
  const loaded = { ...on("wlan"), need: DOWNLOAD };
  assertEquals(outline(one.after(STABLE_S + 1, WELL, loaded)), "probe eth: better+probing");
  const carries = proofOf(one.now + 1, { kind: "moved", down: 900_000, up: null });
  assertEquals(
    outline(one.after(1, WELL, { ...loaded, proofs: carries })),
    "planned to eth: better",
  );
  const declined = proofOf(one.now + 1, { kind: "declined", detail: "enough" });
  assertEquals(
    outline(one.after(1, WELL, { ...loaded, proofs: declined })),
    "planned to eth: better",
  );
});

Deno.test("what a probe finds too slow is on trial from then on, and is not counted twice", () => {
  const one = onEth();
  const loaded = { ...on("wlan"), need: DOWNLOAD };
  one.after(STABLE_S + 1, WELL, loaded);
  const slow = { ...loaded, proofs: proofOf(one.now + 1, TOO_SLOW) };
  assertEquals(outline(one.after(1, WELL, slow)), "keep: onTrial");
  assertEquals(outline(one.after(59, WELL, slow)), "keep: onTrial");
  assertEquals(one.state.trials.get("eth")?.doublings, 1);
  assertEquals(outline(one.after(2, WELL, slow)), "probe eth: better+probing");
});

Deno.test("a metered network is never probed unasked, nor one that wants a person", () => {
  for (const more of [{ metered: true }, { connects: "byPerson" }] as const) {
    const one = new DecisionCase([
      candidate("eth", more),
      candidate("wlan", { priority: 99 }),
    ]);
    const { decision } = one.after(STABLE_S + 1, WELL, { ...on("wlan"), need: DOWNLOAD });
    assertEquals(decision.kind, "connects" in more ? "suggest" : "switch");
  }
});

Deno.test("nobody is asked in manual mode because of a probe, but because of the network", () => {
  const one = onEth();
  const { decision } = one.after(STABLE_S + 1, WELL, {
    ...on("wlan"),
    need: DOWNLOAD,
    mode: "manual",
  });
  assertEquals(decision.kind, "suggest");
});

Deno.test("a warning is not run from to what has just failed, unless it is worse than that", () => {
  const one = onEth();
  one.after(60, WELL);
  one.after(1, WELL, on("wlan", "sudden"));
  const warning = { ...WELL, wlan: (at: number) => answering(at, { loss: 0.3 }) };
  assertEquals(outline(one.after(35, warning, on("wlan"))), "keep: warning+onTrial");
  const critical = { ...WELL, wlan: (at: number) => answering(at, { loss: 0.9 }) };
  assertEquals(outline(one.after(5, critical, on("wlan"))), "planned to eth: critical");
});

Deno.test("ten good minutes under load clear a network, and idle ones do not", () => {
  const one = onEth();
  one.after(60, WELL);
  one.after(1, WELL, on("wlan", "sudden"));
  one.after(1, WELL, on("eth"));
  one.after(1_200, WELL, on("eth"));
  assertEquals(one.state.trials.get("eth")?.doublings, 1);
  one.after(599, WELL, { ...on("eth"), need: DOWNLOAD });
  assertEquals(one.state.trials.size, 1);
  one.after(2, WELL, { ...on("eth"), need: DOWNLOAD });
  assertEquals(one.state.trials.size, 0);
});

Deno.test("at another address a network begins anew", () => {
  const one = onEth();
  one.after(60, WELL);
  one.after(1, WELL, { ...on("wlan", "sudden"), places: new Map([["wlan", ["wlan0 192.0.2.9"]]]) });
  assertEquals(one.state.trials.get("eth")?.places, ["eth0 192.0.2.1"], "it went with its address");
  one.after(1, WELL, { ...on("wlan"), places: new Map([["eth", ["eth0 198.51.100.7"]]]) });
  assertEquals(one.state.trials.size, 0);
});

Deno.test("who prefers what is reliable goes back to a network that has served its time of trial", () => {
  const networks = [candidate("eth"), candidate("wlan", { priority: 2 })];
  const weights = PREFERENCES.reliability;
  const one = new DecisionCase(networks, { current: "eth", places: PLACES, weights });
  one.after(60, WELL);
  one.after(1, { ...WELL, eth: silent }, on("wlan", "sudden"));
  assertEquals(outline(one.after(59, WELL, on("wlan"))), "keep: best");
  assertEquals(outline(one.after(3, WELL, on("wlan"))), "planned to eth: better");
});

Deno.test("a day in which a network was well halves its time of trial, and is no failure", () => {
  const one = onEth();
  for (let count = 0; count < 3; count++) {
    one.after(2, WELL, on("eth", count === 0 ? undefined : "planned"));
    one.after(1, { ...WELL, eth: silent }, on("wlan", "sudden"));
  }
  assertEquals(one.state.trials.get("eth")?.doublings, 3);
  const doublings: (number | undefined)[] = [];
  one.after(1, WELL, on("wlan"));
  for (let day = 0; day < 3; day++) {
    one.now += 86_400_000;
    one.after(1, WELL, on("wlan"));
    doublings.push(one.state.trials.get("eth")?.doublings);
  }
  assertEquals(doublings, [2, 1, undefined]);
});
