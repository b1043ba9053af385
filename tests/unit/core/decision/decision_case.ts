import type { Candidate } from "../../../../lib/core/decision/candidate.ts";
import { decide, type Decided } from "../../../../lib/core/decision/decide.ts";
import type { DecisionInput } from "../../../../lib/core/decision/decision_input.ts";
import { type DecisionState, UNDECIDED } from "../../../../lib/core/decision/decision_state.ts";
import type { Measurement } from "../../../../lib/core/decision/measurement.ts";
import { NOTHING_LEARNED } from "../../../../lib/core/decision/decision_input.ts";
import { PREFERENCES } from "../../../../lib/core/decision/weights.ts";
import { DEFAULT_THRESHOLDS } from "../../../../lib/core/decision/thresholds.ts";

export const STABLE_MS = 30_000;

export function candidate(key: string, more: Partial<Candidate> = {}): Candidate {
  return {
    key,
    type: "other",
    state: "up",
    connects: "byItself",
    priority: 1,
    metered: false,
    cost: 0,
    waitingServices: [],
    ...more,
  };
}

export function answering(at: number, more: Partial<Measurement> = {}): Measurement {
  return {
    reach: { kind: "answering" },
    at,
    validUntil: at + 5_000,
    roundTripMs: 20,
    jitterMs: 2,
    loss: 0,
    signalPercent: null,
    ...more,
  };
}

export function silent(at: number): Measurement {
  return answering(at, { reach: { kind: "silent", detail: "nothing comes back" } });
}

/** A decision task that is asked once a second; what it is to know is set in between. */
export class DecisionCase {
  table: readonly Candidate[];
  readonly input: Omit<DecisionInput, "table" | "measurements" | "now">;
  state: DecisionState = UNDECIDED;
  now = 0;

  constructor(
    table: readonly Candidate[],
    input: Partial<Omit<DecisionInput, "table" | "measurements" | "now">> = {},
  ) {
    this.table = table;
    this.input = {
      current: table[0]?.key ?? null,
      mode: "automatic",
      thresholds: DEFAULT_THRESHOLDS,
      stableMs: STABLE_MS,
      chosen: null,
      ...NOTHING_LEARNED,
      weights: PREFERENCES.balanced,
      ...input,
    };
  }

  /** Asks after `seconds` in which each provider measured the same once a second. */
  after(
    seconds: number,
    measured: Readonly<Record<string, (at: number) => Measurement>>,
    input: Partial<Omit<DecisionInput, "table" | "now">> = {},
  ): Decided {
    let last: Decided | null = null;
    for (let i = 0; i < seconds; i++) {
      this.now += 1_000;
      const measurements = new Map(
        Object.entries(measured).map(([key, make]) => [key, make(this.now)]),
      );
      last = decide(this.state, {
        table: this.table,
        measurements,
        now: this.now,
        ...this.input,
        ...input,
      });
      this.state = last.state;
    }
    if (last === null) throw new RangeError("Cannot ask: no time passes");
    return last;
  }
}

/** Kind, manner, target and codes of the reasons, in one line. */
export function outline({ decision }: Decided): string {
  const codes = decision.reasons.map((reason) => reason.code).join("+");
  switch (decision.kind) {
    case "keep":
      return `keep: ${codes}`;
    case "probe":
      return `probe ${decision.to}: ${codes}`;
    case "suggest":
      return `suggest ${decision.to}: ${codes}`;
    case "switch":
      return `${decision.manner} to ${decision.to}: ${codes}`;
  }
}
