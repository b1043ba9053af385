import type { Candidate } from "../../lib/core/decision/candidate.ts";
import { decide, type DecisionMode } from "../../lib/core/decision/decide.ts";
import { type DecisionState, UNDECIDED } from "../../lib/core/decision/decision_state.ts";
import type { Measurement } from "../../lib/core/decision/measurement.ts";
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import type { Chance } from "./chance.ts";

/** How a simulated network really is, whether anybody noticed or not. */
export type Weather = "well" | "bad" | "terrible" | "silent" | "away";

/** One network with weather of its own. */
export interface SimNetwork {
  readonly row: Candidate;
  weather: Weather;
  /** Since when the weather is as it is. */
  since: number;
  /** Since when SNAPT could be reached over it without a break; null while it cannot. */
  answersSince: number | null;
  changesAt: number;
  measured: Measurement | null;
  probedAt: number;
}

export interface SimMove {
  readonly at: number;
  readonly manner: "planned" | "sudden";
  readonly from: string | null;
  readonly to: string;
  readonly codes: readonly string[];
}

export interface DecisionWorldSettings {
  readonly mode: DecisionMode;
  readonly stableMs: number;
  readonly checkMs: number;
  readonly searchMs: number;
  /** How long one kind of weather lasts at most. */
  readonly longestMs: number;
}

const WEATHERS: readonly Weather[] = ["well", "well", "well", "bad", "terrible", "silent", "away"];

/**
 * Random networks and a CNAPT of which nothing is real but the decision: what is probed is
 * measured right, and a switch succeeds when its target answers at that moment.
 */
export class DecisionWorld {
  readonly networks: readonly SimNetwork[];
  readonly settings: DecisionWorldSettings;
  readonly #chance: Chance;
  #state: DecisionState = UNDECIDED;
  current: string | null = null;
  movedAt = -Infinity;
  now = 0;

  constructor(chance: Chance, settings: DecisionWorldSettings) {
    this.#chance = chance;
    this.settings = settings;
    this.networks = Array.from({ length: chance.between(1, 4) }, (_, index) => ({
      row: {
        key: `net${index}`,
        type: "other",
        state: "up",
        connects: "byItself",
        priority: chance.between(1, 5),
        metered: chance.isHit(0.3),
        cost: chance.between(0, 20),
        waitingServices: [],
      },
      weather: "well",
      since: 0,
      answersSince: 0,
      changesAt: chance.between(0, settings.longestMs),
      measured: null,
      probedAt: -Infinity,
    }));
  }

  /** Lets one check interval pass; the move that came of it, if any. */
  step(): SimMove | null {
    this.now += this.settings.checkMs;
    for (const network of this.networks) {
      this.#blow(network);
      const interval = network.row.key === this.current
        ? this.settings.checkMs
        : this.settings.searchMs;
      if (this.now - network.probedAt >= interval) this.#probe(network, interval);
    }
    const measurements = new Map<string, Measurement>();
    for (const { row, measured } of this.networks) {
      if (measured !== null) measurements.set(row.key, measured);
    }
    const { mode, stableMs } = this.settings;
    const { state, decision } = decide(this.#state, {
      table: this.networks.filter((one) => one.weather !== "away").map((one) => one.row),
      measurements,
      current: this.current,
      mode,
      thresholds: DEFAULT_THRESHOLDS,
      stableMs,
      chosen: null,
      now: this.now,
    });
    this.#state = state;
    if (decision.kind !== "switch") return null;
    const target = this.networks.find((one) => one.row.key === decision.to);
    if (target === undefined || target.answersSince === null) {
      if (target !== undefined) this.#probe(target, this.settings.searchMs);
      return null;
    }
    const from = this.current;
    this.current = decision.to;
    if (from !== null) this.movedAt = this.now;
    const codes = decision.reasons.map(({ code }) => code);
    return { at: this.now, manner: decision.manner, from, to: decision.to, codes };
  }

  #blow(network: SimNetwork): void {
    if (this.now < network.changesAt) return;
    const weather = this.#chance.pick(WEATHERS);
    network.changesAt = this.now + this.#chance.between(1_000, this.settings.longestMs);
    if (weather === network.weather) return;
    network.weather = weather;
    network.since = this.now;
    const answers = weather !== "silent" && weather !== "away";
    network.answersSince = answers ? network.answersSince ?? this.now : null;
  }

  #probe(network: SimNetwork, interval: number): void {
    network.probedAt = this.now;
    const answers = network.answersSince !== null;
    network.measured = {
      reach: answers ? { kind: "answering" } : { kind: "silent", detail: "nothing comes back" },
      at: this.now,
      validUntil: this.now + 2 * interval,
      roundTripMs: answers ? this.#chance.between(10, 100) : null,
      jitterMs: this.#chance.between(0, 20),
      loss: network.weather === "bad" ? 0.25 : network.weather === "terrible" ? 0.6 : 0.01,
      signalPercent: null,
    };
  }
}
