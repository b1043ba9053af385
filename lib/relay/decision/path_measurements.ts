/**
 * Measuring: what is known of each network at this moment. The one in use is measured by the
 * session itself (Check Activity), the others by probes (Search Activity); of a network that
 * would have to be connected first, no more can be known than that it failed.
 */
import type { Measurement } from "../../core/decision/measurement.ts";
import type { Score } from "../../core/decision/score.ts";
import { isAllowed } from "../../core/decision/service_rule.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { DecisionSubject } from "./decision_subject.ts";
import { SearchActivity, untried } from "./search_activity.ts";
import { standbyShare } from "./standby_share.ts";

export interface PathMeasurementsContext {
  readonly settings: () => DecisionSettings;
  readonly subject: DecisionSubject;
  /** The lookup table at the moment of the call. */
  readonly rows: () => readonly ProviderRow[];
  /** The decision's. */
  readonly tasks: TaskGroup;
}

export class PathMeasurements {
  readonly #settings: () => DecisionSettings;
  readonly #subject: DecisionSubject;
  readonly #rows: () => readonly ProviderRow[];
  readonly #search: SearchActivity;

  constructor({ settings, subject, rows, tasks }: PathMeasurementsContext) {
    this.#settings = settings;
    this.#subject = subject;
    this.#rows = rows;
    this.#search = new SearchActivity({ settings, standby: subject.standby, tasks });
  }

  /** The lookup table, with what speaks against each network because of the services in use. */
  rows(): readonly ProviderRow[] {
    const services = this.#subject.view()?.services ?? [];
    return this.#rows().map((row) => withWaiting(row, services));
  }

  /** What was found out about `row`; null when that is nothing. `now` in ms of the clock. */
  of(row: ProviderRow, now: number): Measurement | null {
    return row.candidate.key === this.#subject.view()?.provider
      ? this.#ofCurrent(row, now)
      : this.ofOther(row, now);
  }

  ofOther({ candidate: { key, state } }: ProviderRow, now: number): Measurement | null {
    if (state === "up") return this.#search.measurementOf(key);
    const detail = this.#subject.connector.failureOf(key);
    if (detail === null) return null;
    return { ...untried(null), reach: { kind: "silent", detail }, at: now, validUntil: now };
  }

  ofAll(rows: readonly ProviderRow[], now: number): ReadonlyMap<ProviderKey, Measurement> {
    const measurements = new Map<ProviderKey, Measurement>();
    for (const row of rows) {
      const measurement = this.of(row, now);
      if (measurement !== null) measurements.set(row.candidate.key, measurement);
    }
    return measurements;
  }

  /** Probes the networks that are not in use; `scores`: the best network first. */
  async search(which: "due" | "all", scores: readonly Score[]): Promise<void> {
    const current = this.#subject.view();
    const others = this.rows().filter((row) => row.candidate.key !== current?.provider);
    const need = {
      policy: this.#settings().standby,
      others,
      scores,
      streams: current?.streams ?? 0,
    };
    await this.#search.search(others, (row) => standbyShare(row, need), which);
  }

  /** Probes those that a person would have to agree to: the session tries the others anyway. */
  async searchForSeeking(): Promise<void> {
    await this.#search.search(this.rows(), () => 0, "byPerson");
  }

  /** A switch to `provider` did not work, whatever the last probe said. */
  noteFailure(provider: ProviderKey, detail: string): void {
    this.#search.noteFailure(provider, detail);
  }

  /** The meter of a session that is connected: its liveness says when it is not. */
  #ofCurrent({ signalPercent }: ProviderRow, now: number): Measurement | null {
    const meter = this.#subject.view()?.meter;
    if (meter === undefined) return null;
    return {
      reach: { kind: "answering" },
      at: Math.max(meter.countedAt, 0),
      validUntil: now,
      roundTripMs: meter.roundTripMs,
      jitterMs: meter.jitterMs,
      loss: meter.loss,
      signalPercent,
    };
  }
}

/** Services in use that are not allowed over a provider speak against that provider. */
function withWaiting(row: ProviderRow, services: readonly string[]): ProviderRow {
  const waitingServices = services.filter((name) => !isAllowed(row.rule, name));
  return { ...row, candidate: { ...row.candidate, waitingServices } };
}
