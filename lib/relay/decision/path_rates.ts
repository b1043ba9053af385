/**
 * What networks carry: what streams move now, what the network in use has achieved lately, and what
 * the bounded probes have shown, of which at most one of each network is under way.
 */
import {
  type CarryProof,
  MAX_PROBE_BYTES,
  type ProbeOutcome,
  type ProbeSize,
  probeSizeFor,
} from "../../core/decision/carry_proof.ts";
import type { KnownRate, Rate } from "../../core/decision/known_rates.ts";
import { isLoaded, type Load, NO_LOAD, StreamLoad } from "../../core/decision/stream_load.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { DecisionSubject, SubjectView } from "./decision_subject.ts";

/** What is known of a rate is believed for so long. */
const BELIEVED_MS = 600_000;
/** A network that could not be measured is left alone for so long. */
const MEASURE_AGAIN_MS = 30_000;
/** For who only wants to know: half of what a probe may move each way, one after the other. */
const DOWN: ProbeSize = { down: MAX_PROBE_BYTES / 2, up: 0 };
const UP: ProbeSize = { down: 0, up: MAX_PROBE_BYTES / 2 };

/** The last measurement of one network. */
export interface MeasuredRate extends KnownRate {
  readonly at: number;
  /** Where the network was: elsewhere it is another one. */
  readonly addresses: readonly string[];
}

export interface PathRatesContext {
  readonly settings: () => Pick<DecisionSettings, "measureMs">;
  readonly subject: DecisionSubject;
  /** The decision's; probes under way are called off when it closes. */
  readonly tasks: TaskGroup;
}

export class PathRates {
  readonly #context: PathRatesContext;
  readonly #load = new StreamLoad();
  readonly #running = new Map<ProviderKey, Promise<ProbeOutcome | null>>();
  readonly #proofs = new Map<ProviderKey, CarryProof>();
  readonly #rates = new Map<ProviderKey, MeasuredRate>();
  /** When each network is to be measured next, where that is done unasked. */
  readonly #dueAt = new Map<ProviderKey, number>();
  #provider: ProviderKey | null = null;

  constructor(context: PathRatesContext) {
    this.#context = context;
  }

  /** What streams move now. */
  get need(): Load {
    return this.#load.best;
  }

  /** What the last probe of each network has shown about what streams needed then. */
  get proofs(): ReadonlyMap<ProviderKey, CarryProof> {
    return this.#proofs;
  }

  /** What is known of the rates, as far as it is still believed. */
  get known(): ReadonlyMap<ProviderKey, MeasuredRate> {
    const before = this.#context.tasks.now() - BELIEVED_MS;
    return new Map([...this.#rates].filter(([, { at }]) => at > before));
  }

  /** Looks at what streams have moved since the last look; `rows`: the networks that there are. */
  look(view: SubjectView, rows: readonly ProviderRow[]): void {
    if (view.provider !== this.#provider) this.#load.restart();
    this.#provider = view.provider;
    this.#forgetOthers(rows);
    this.#load.look(view.moved(), this.#context.tasks.now());
    const here = rows.find(({ candidate: { key } }) => key === view.provider);
    if (here !== undefined && isLoaded(this.need)) this.#achieved(here, this.need);
  }

  /** Finds out whether `row` carries what streams move now. */
  async prove(row: ProviderRow): Promise<void> {
    const { need } = this;
    const size = probeSizeFor(need);
    if (size === null) return;
    const outcome = await this.#probe(row, size);
    if (outcome === null) return;
    this.#proofs.set(row.candidate.key, { at: this.#context.tasks.now(), need, outcome });
    if (outcome.kind !== "moved") return;
    this.#achieved(row, { down: outcome.down ?? 0, up: outcome.up ?? 0 });
  }

  /** Finds out what each of `rows` carries; resolves to what did not work. */
  async measure(rows: readonly ProviderRow[]): Promise<ReadonlyMap<ProviderKey, string>> {
    const failures = new Map<ProviderKey, string>();
    const { settings, tasks } = this.#context;
    const { measureMs } = settings();
    const rest = (row: ProviderRow, ms: number) =>
      this.#dueAt.set(row.candidate.key, tasks.now() + ms);
    for (const row of rows) rest(row, MEASURE_AGAIN_MS);
    // One after the other: they may share a way.
    for (const row of rows) {
      const failure = await this.#measureOne(row);
      if (failure !== null) failures.set(row.candidate.key, failure);
      rest(row, failure === null ? measureMs ?? 0 : MEASURE_AGAIN_MS);
    }
    return failures;
  }

  /** Those that are to be measured unasked: what is metered never is, nor what is busy. */
  due(view: SubjectView, rows: readonly ProviderRow[]): readonly ProviderRow[] {
    const { settings, tasks } = this.#context;
    const { measureMs } = settings();
    if (measureMs === null) return [];
    return rows.filter(({ candidate: { key, metered, connects }, provider }) =>
      provider !== null && !metered && connects === "byItself" &&
      (this.#dueAt.get(key) ?? -Infinity) <= tasks.now() &&
      (key !== view.provider || !isLoaded(this.need))
    );
  }

  #achieved(row: ProviderRow, load: Load): void {
    const { key } = row.candidate;
    const before = this.known.get(key);
    const achieved = {
      down: Math.max(load.down, before?.achieved.down ?? 0),
      up: Math.max(load.up, before?.achieved.up ?? 0),
    };
    const probed = before?.probed ?? { down: null, up: null };
    const at = before?.at ?? this.#context.tasks.now();
    this.#rates.set(key, { probed, achieved, at, addresses: row.addresses });
  }

  /** Why that was not possible, or null. Each direction has a time of its own. */
  async #measureOne(row: ProviderRow): Promise<string | null> {
    const rate: { down: number | null; up: number | null } = { down: null, up: null };
    for (const size of [DOWN, UP]) {
      const outcome = await this.#probe(row, size);
      if (outcome === null) return "is not connected";
      if ("detail" in outcome) return outcome.detail;
      rate.down ??= outcome.down;
      rate.up ??= outcome.up;
    }
    this.#measured(row, rate);
    return null;
  }

  #measured({ candidate: { key }, addresses }: ProviderRow, { down, up }: Rate): void {
    const achieved = this.known.get(key)?.achieved ?? NO_LOAD;
    const at = this.#context.tasks.now();
    this.#rates.set(key, { probed: { down, up }, achieved, at, addresses });
  }

  /** Null: there is nothing to probe, or it was called off. */
  async #probe(row: ProviderRow, size: ProbeSize): Promise<ProbeOutcome | null> {
    const { candidate: { key }, provider } = row;
    const { subject, tasks } = this.#context;
    await this.#running.get(key);
    if (provider === null || tasks.isClosed) return null;
    const running = subject.measure(provider, size, tasks.signal)
      .finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    const outcome = await running;
    return tasks.isClosed ? null : outcome;
  }

  /** What is gone, or somewhere else by now, is not known any more. */
  #forgetOthers(rows: readonly ProviderRow[]): void {
    const { known } = this;
    for (const [key, { addresses }] of this.#rates) {
      const row = rows.find(({ candidate }) => candidate.key === key);
      const isElsewhere = row?.addresses.some((address) => addresses.includes(address)) === false;
      if (known.has(key) && !isElsewhere) continue;
      this.#rates.delete(key);
      this.#dueAt.delete(key);
    }
    for (const key of this.#proofs.keys()) {
      if (!rows.some(({ candidate }) => candidate.key === key)) this.#proofs.delete(key);
    }
  }
}
