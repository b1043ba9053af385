import type { Candidate } from "../../lib/core/decision/candidate.ts";
import { NOTHING_LEARNED } from "../../lib/core/decision/decision_input.ts";
import { type CarryProof, probeSizeFor } from "../../lib/core/decision/carry_proof.ts";
import type { Load } from "../../lib/core/decision/stream_load.ts";
import { trialMs } from "../../lib/core/decision/trial.ts";
import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { decide } from "../../lib/core/decision/decide.ts";
import type { DecisionMode } from "../../lib/core/decision/decision_input.ts";
import { type DecisionState, UNDECIDED } from "../../lib/core/decision/decision_state.ts";
import type { SessionMove } from "../../lib/core/decision/session_move.ts";
import type { Measurement } from "../../lib/core/decision/measurement.ts";
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import type { Chance } from "./chance.ts";

/** How a simulated network really is, whether anybody noticed or not. */
export type Weather =
  | "well"
  /** As well with nothing on it, and of no use to who wants to move something. */
  | "thin"
  | "bad"
  | "terrible"
  | "silent"
  | "away";

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
  /** What applications would move down if they could, in bytes per second. */
  readonly wanted: number;
}

/** What goes through a thin network: 64 kbit/s. */
const THIN_BYTES_PER_SECOND = 8_000;

const WEATHERS: readonly Weather[] = [
  ...["well", "well", "well"] as const,
  ...["thin", "bad", "terrible", "silent", "away"] as const,
];

/**
 * Random networks and a CNAPT of which nothing is real but the decision: what is probed is
 * measured right, and a switch succeeds when its target answers at that moment.
 */
export class DecisionWorld {
  readonly networks: readonly SimNetwork[];
  readonly settings: DecisionWorldSettings;
  readonly #chance: Chance;
  readonly #proofs = new Map<string, CarryProof>();
  /** How many bytes probes have moved over each network. */
  readonly probedBytes = new Map<string, number>();
  readonly #moves: SessionMove[] = [];
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

  /** For how long a network has to be well now before it is gone back to. */
  trialMs(key: string): number {
    return trialMs(this.#state.trials.get(key) ?? null, this.settings.stableMs);
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
      ...NOTHING_LEARNED,
      moves: this.#moves,
      places: new Map(this.networks.map(({ row }) => [row.key, [row.key]])),
      need: this.#need(),
      proofs: this.#proofs,
      weights: PREFERENCES.balanced,
      now: this.now,
    });
    this.#state = state;
    if (decision.kind === "probe") this.#prove(decision.to);
    if (decision.kind !== "switch") return null;
    const target = this.networks.find((one) => one.row.key === decision.to);
    if (target === undefined || target.answersSince === null) {
      if (target !== undefined) this.#probe(target, this.settings.searchMs);
      return null;
    }
    const from = this.current;
    this.current = decision.to;
    if (from !== null) this.movedAt = this.now;
    if (from !== null) this.#noteMove(from, decision);
    const codes = decision.reasons.map(({ code }) => code);
    return { at: this.now, manner: decision.manner, from, to: decision.to, codes };
  }

  #noteMove(from: string, { to, manner }: Pick<SessionMove, "to" | "manner">): void {
    this.#moves.push({ serial: this.#moves.length + 1, from, to, manner, at: this.now });
  }

  /** What goes through the network in use. */
  #need(): Load {
    const here = this.networks.find(({ row }) => row.key === this.current);
    if (here === undefined || here.answersSince === null) return { down: 0, up: 0 };
    return { down: Math.min(this.settings.wanted, carriedBy(here)), up: 0 };
  }

  /** The bounded probe, done by the next check. */
  #prove(key: string): void {
    const network = this.networks.find(({ row }) => row.key === key);
    const need = this.#need();
    const size = probeSizeFor(need);
    if (network === undefined || size === null) throw new Error("Cannot probe: for nothing");
    if (network.row.metered) throw new Error("Cannot probe: it costs");
    this.probedBytes.set(key, (this.probedBytes.get(key) ?? 0) + size.down + size.up);
    const down = Math.min(size.down, carriedBy(network));
    const isEnough = down >= size.down;
    this.#proofs.set(key, {
      at: this.now + 1,
      need,
      outcome: network.answersSince === null
        ? { kind: "failed", detail: "did not answer a probe" }
        : { kind: isEnough ? "moved" : "tooSlow", down, up: null },
    });
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
    const isFull = network.row.key === this.current && this.settings.wanted > carriedBy(network);
    network.measured = {
      reach: answers ? { kind: "answering" } : { kind: "silent", detail: "nothing comes back" },
      at: this.now,
      validUntil: this.now + 2 * interval,
      roundTripMs: answers ? this.#chance.between(10, 100) + (isFull ? 2_000 : 0) : null,
      jitterMs: this.#chance.between(0, 20),
      loss: network.weather === "bad" ? 0.25 : network.weather === "terrible" ? 0.6 : 0.01,
      signalPercent: null,
    };
  }
}

function carriedBy({ weather }: SimNetwork): number {
  return weather === "thin" ? THIN_BYTES_PER_SECOND : 10_000_000;
}
