/**
 * Search Activity (patent page 31, figure 19): every X ms each network that is not in use is
 * probed by reaching SNAPT through its own interface, beside the current one.
 */
import type { Measurement } from "../../core/decision/measurement.ts";
import { PathMeter } from "../../core/path/path_meter.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { Provider, ProviderRow } from "../network/provider.ts";
import type { ProbeResult } from "../link/probe_result.ts";
import type { StandbyLinks } from "../link/standby_links.ts";
import type { TaskGroup } from "../run/task_group.ts";

/**
 * A network that has not answered after so long is taken not to answer: to dial a link and to ask on
 * it takes five round trips, which are a second each over some satellites.
 */
const PROBE_LIMIT_MS = 6_000;
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

export interface SearchActivityContext {
  readonly settings: () => DecisionSettings;
  readonly standby: StandbyLinks;
  /** The decision's; probes under way are called off when it closes. */
  readonly tasks: TaskGroup;
}

/** What is known of the networks that are not in use. */
export class SearchActivity {
  readonly #settings: () => DecisionSettings;
  readonly #standby: StandbyLinks;
  readonly #tasks: TaskGroup;
  readonly #searched = new Map<ProviderKey, Searched>();

  constructor({ settings, standby, tasks }: SearchActivityContext) {
    this.#settings = settings;
    this.#standby = standby;
    this.#tasks = tasks;
  }

  measurementOf(key: ProviderKey): Measurement | null {
    return this.#searched.get(key)?.measurement ?? null;
  }

  /**
   * Probes those of `rows` that are due (of those that need a person), or all; returns when those
   * have answered or not. A probe that fails by a mistake of ours is repeated when it is due again.
   */
  async search(
    rows: readonly ProviderRow[],
    keepOn: (row: ProviderRow) => number,
    which: "due" | "all" | "byPerson",
  ): Promise<void> {
    this.#forgetOthers(rows);
    await Promise.all(rows.map(async (row) => {
      const searched = this.#entryOf(row);
      const isWanted = which !== "byPerson" || row.candidate.connects === "byPerson";
      const now = this.#tasks.now();
      // Others than before may be wanted sooner by now.
      searched.dueAt = Math.min(searched.dueAt, now + this.#intervalOf(row));
      const keep = this.#standby.affordable(row.candidate.key, keepOn(row));
      if (row.provider === null) return;
      const { provider } = row;
      if (which === "all" || (isWanted && now >= searched.dueAt)) {
        searched.probe ??= this.#ask(row, searched, () => this.#probe(row, provider, keep));
      } else if (isWanted && this.#isShort(row, searched, keep, now)) {
        searched.probe ??= this.#ask(row, searched, () => this.#fill(provider, searched, keep));
      } else if (this.#standby.isForgotten(row.candidate.key, this.#settings().standbyRefreshMs)) {
        searched.probe ??= this.#ask(row, searched, () => this.#refresh(provider.key, searched));
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
    await this.#standby.fill(provider, keep, PROBE_LIMIT_MS, this.#tasks.signal);
    searched.fillAt = this.#tasks.now() + FILL_PAUSE_MS;
  }

  /** Where none answers the network is probed at once: it may be gone. */
  async #refresh(key: ProviderKey, searched: Searched): Promise<void> {
    const { standbyRefreshMs } = this.#settings();
    const hasAnswered = await this.#standby.refresh(
      key,
      standbyRefreshMs,
      PROBE_LIMIT_MS,
      this.#tasks.signal,
    );
    if (!hasAnswered) searched.dueAt = 0;
  }

  async #probe(row: ProviderRow, provider: Provider, keep: number): Promise<void> {
    const result = await this.#standby.probe(provider, keep, PROBE_LIMIT_MS, this.#tasks.signal);
    // With other addresses it has become another network meanwhile.
    const searched = this.#searched.get(row.candidate.key);
    if (searched?.addresses === addressesOf(row)) this.#note(row, searched, result);
  }

  /** Does `work` for a network; a mistake of ours in it keeps nobody from asking again later. */
  async #ask(row: ProviderRow, searched: Searched, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#tasks.fault("probe", error);
      searched.dueAt = this.#tasks.now() + this.#intervalOf(row);
      searched.fillAt = searched.dueAt;
    } finally {
      searched.probe = null;
    }
  }

  /** A switch there did not work out, whatever the last probe said. */
  noteFailure(key: ProviderKey, detail: string): void {
    const searched = this.#searched.get(key);
    if (searched === undefined) return;
    const at = this.#tasks.now();
    searched.measurement = { ...searched.measurement, reach: { kind: "silent", detail }, at };
    searched.dueAt = at + this.#settings().searchMs;
  }

  #note(row: ProviderRow, searched: Searched, result: ProbeResult): void {
    const now = this.#tasks.now();
    const interval = this.#intervalOf(row);
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

  /** How long after a probe of it the next one is due, in ms. */
  #intervalOf({ candidate }: ProviderRow): number {
    const { searchMs, meteredSearchMs } = this.#settings();
    return candidate.metered ? meteredSearchMs : searchMs;
  }

  #entryOf(row: ProviderRow): Searched {
    const { key } = row.candidate;
    const addresses = addressesOf(row);
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

function addressesOf({ addresses }: ProviderRow): string {
  return addresses.join(" ");
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
