/**
 * Search Activity (patent page 31, figure 19): every X ms each network that is not in use is
 * probed by reaching SNAPT through its own interface, beside the current one.
 */
import type { Measurement } from "../../core/decision/measurement.ts";
import { PathMeter } from "../../core/path/path_meter.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { monotonicMs } from "../../net/clock.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { Provider, ProviderRow } from "../network/provider.ts";
import type { ProbeResult } from "../link/probe_result.ts";
import type { StandbyLinks } from "../link/standby_links.ts";

/** A network that has not answered after so long is taken not to answer. */
const PROBE_LIMIT_MS = 4_000;
/** A network that answers but gives no further links is left alone for so long. */
const FILL_PAUSE_MS = 2_000;
/** How much longer than to the next probe a measurement is believed. */
const GRACE_MS = PROBE_LIMIT_MS + 2_000;

interface Searched {
  readonly meter: PathMeter;
  measurement: Measurement;
  /** When it is probed next. */
  dueAt: number;
  /** When links that are missing may be opened again. */
  fillAt: number;
  /** The probe under way. */
  probe: Promise<void> | null;
  /** The addresses with which it was measured: with others it is another network. */
  addresses: string;
}

/** What is known of the networks that are not in use. */
export class SearchActivity {
  readonly #settings: DecisionSettings;
  readonly #standby: StandbyLinks;
  readonly #stopping: AbortSignal;
  readonly #searched = new Map<ProviderKey, Searched>();

  constructor(settings: DecisionSettings, standby: StandbyLinks, stopping: AbortSignal) {
    this.#settings = settings;
    this.#standby = standby;
    this.#stopping = stopping;
  }

  measurementOf(key: ProviderKey): Measurement | null {
    return this.#searched.get(key)?.measurement ?? null;
  }

  /** Probes those of `rows` that are due (of those that need a person), or all; returns when those have answered or not. */
  async search(
    rows: readonly ProviderRow[],
    keepOn: (row: ProviderRow) => number,
    which: "due" | "all" | "byPerson",
  ): Promise<void> {
    this.#forgetOthers(rows);
    await Promise.all(rows.map(async (row) => {
      const searched = this.#entryOf(row);
      const isWanted = which !== "byPerson" || row.candidate.connects === "byPerson";
      const now = monotonicMs();
      const keep = keepOn(row);
      if (row.provider === null) return;
      if (which === "all" || (isWanted && now >= searched.dueAt)) {
        searched.probe ??= this.#probe(row, row.provider, searched, keep);
      } else if (isWanted && this.#isShort(row, searched, keep, now)) {
        searched.probe ??= this.#fill(row.provider, searched, keep);
      } else if (this.#standby.isForgotten(row.candidate.key, this.#settings.standbyRefreshMs)) {
        searched.probe ??= this.#refresh(row.candidate.key, searched);
      }
      await searched.probe;
    }));
  }

  /** Whether fewer links are parked on a network that answers than should be. */
  #isShort(row: ProviderRow, searched: Searched, keep: number, now: number): boolean {
    return searched.measurement.reach.kind === "answering" && now >= searched.fillAt &&
      this.#standby.countOn(row.candidate.key) < keep;
  }

  async #fill(provider: Provider, searched: Searched, keep: number): Promise<void> {
    await this.#standby.fill(provider, keep, PROBE_LIMIT_MS, this.#stopping);
    searched.fillAt = monotonicMs() + FILL_PAUSE_MS;
    searched.probe = null;
  }

  /** Where none answers the network is probed at once: it may be gone. */
  async #refresh(key: ProviderKey, searched: Searched): Promise<void> {
    const { standbyRefreshMs } = this.#settings;
    const hasAnswered = await this.#standby.refresh(
      key,
      standbyRefreshMs,
      PROBE_LIMIT_MS,
      this.#stopping,
    );
    if (!hasAnswered) searched.dueAt = 0;
    searched.probe = null;
  }

  async #probe(
    row: ProviderRow,
    provider: Provider,
    searched: Searched,
    keep: number,
  ): Promise<void> {
    const result = await this.#standby.probe(provider, keep, PROBE_LIMIT_MS, this.#stopping);
    searched.probe = null;
    this.#note(row, searched, result);
  }

  /** A switch there did not work out, whatever the last probe said. */
  noteFailure(key: ProviderKey, detail: string): void {
    const searched = this.#searched.get(key);
    if (searched === undefined) return;
    const at = monotonicMs();
    searched.measurement = { ...searched.measurement, reach: { kind: "silent", detail }, at };
    searched.dueAt = at + this.#settings.searchMs;
  }

  #note(row: ProviderRow, searched: Searched, result: ProbeResult): void {
    const now = monotonicMs();
    const { searchMs, meteredSearchMs } = this.#settings;
    const interval = row.candidate.metered ? meteredSearchMs : searchMs;
    const { meter } = searched;
    if (result.reach.kind !== "answering") meter.restart();
    if (result.roundTripMs !== null) meter.noteAnswer(result.roundTripMs, now);
    searched.dueAt = now + interval;
    searched.measurement = {
      reach: result.reach,
      at: now,
      validUntil: now + interval + GRACE_MS,
      roundTripMs: meter.roundTripMs,
      jitterMs: meter.jitterMs,
      loss: meter.loss,
      signalPercent: row.signalPercent,
    };
  }

  #entryOf(row: ProviderRow): Searched {
    const { key } = row.candidate;
    const addresses = row.addresses.join(" ");
    const known = this.#searched.get(key);
    if (known !== undefined && known.addresses === addresses) return known;
    if (known !== undefined) this.#standby.abandon(key);
    const fresh: Searched = {
      meter: new PathMeter(),
      measurement: untried(row.signalPercent),
      dueAt: 0,
      fillAt: 0,
      probe: null,
      addresses,
    };
    this.#searched.set(key, fresh);
    return fresh;
  }

  /** The current network, and those that are gone, are not searched and hold no links. */
  #forgetOthers(rows: readonly ProviderRow[]): void {
    for (const key of [...this.#searched.keys()]) {
      if (rows.some((row) => row.candidate.key === key && row.provider !== null)) continue;
      this.#searched.delete(key);
      this.#standby.abandon(key);
    }
  }
}

export function untried(signalPercent: number | null): Measurement {
  return {
    reach: { kind: "untried" },
    at: -Infinity,
    validUntil: -Infinity,
    roundTripMs: null,
    jitterMs: null,
    loss: null,
    signalPercent,
  };
}
