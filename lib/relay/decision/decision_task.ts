/**
 * The decision task (patent pages 30 to 32): Check Activity on the network in use, Search
 * Activity on the others, and the decision that comes of both.
 *
 * Theory of operation. Every Y ms the session's own meter, fed by its acknowledgements and
 * PINGs, and the latest probes go into `decide`; what it says is carried out. While a switch is
 * under way nothing is decided (the patent suspends both activities): the session is then in
 * another state than `connected`, and its own search finds a network where the old one is lost.
 */
import { unreachable } from "../../core/exhaustive.ts";
import type { Candidate } from "../../core/decision/candidate.ts";
import { decide, type Decided, type Decision } from "../../core/decision/decide.ts";
import { type DecisionState, UNDECIDED } from "../../core/decision/decision_state.ts";
import type { Measurement } from "../../core/decision/measurement.ts";
import type { PathMeter } from "../../core/path/path_meter.ts";
import type { Score } from "../../core/decision/score.ts";
import { isAllowed } from "../../core/decision/service_rule.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { monotonicMs } from "../../net/clock.ts";
import { type DecisionEntry, DecisionLog } from "./decision_log.ts";
import type { Connector, ConnectPurpose } from "../network/connector.ts";
import {
  type DecisionSnapshot,
  type ProviderSnapshot,
  shownMeasurement,
} from "./decision_snapshot.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { type Asker, NOBODY } from "./confirmations.ts";
import { ConnectWhenLost, type Seeking } from "./connect_when_lost.ts";
import { SearchActivity, untried } from "./search_activity.ts";
import type { StandbyLinks } from "../link/standby_links.ts";

/** What is parked on the best other network, beside a link for each of a few streams. */
const STANDBY_LINKS = 2;
const MAX_STANDBY_LINKS = 8;
const CONFIRMED = "confirmed";
/** Where a session is that has no network yet. */
const NOWHERE = "no network";
/** A switch that was decided on is given up after that. */
const SWITCH_LIMIT_MS = 30_000;

/** The session that is decided about. */
export interface DecisionSubject {
  readonly name: string;
  readonly standby: StandbyLinks;
  readonly connector: Connector;
  /** Where it is and how the path is; null while there is none, or a switch is under way. */
  view():
    | {
      readonly provider: ProviderKey;
      readonly meter: PathMeter;
      readonly streams: number;
      /** What is in use, as the rules of providers name it. */
      readonly services: readonly string[];
    }
    | null;
  /** That it has no network, and why; null while it has one. */
  seeking(): Seeking | null;
  /** What was to be connected for it is not, or leads nowhere. */
  couldNotConnect(purpose: ConnectPurpose, reason: string): void;
  /** Moves; resolves to why it did not work, or null. */
  move(to: ProviderKey, reason: string, signal: AbortSignal): Promise<string | null>;
}

/** What the decision task works with. */
export interface DecisionTaskContext {
  readonly settings: DecisionSettings;
  readonly subject: DecisionSubject;
  /** The lookup table at the moment of the call. */
  readonly rows: () => readonly ProviderRow[];
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Who asks a person; nobody when there is none. */
  readonly asker?: Asker;
}

export class DecisionTask {
  readonly #settings: DecisionSettings;
  readonly #subject: DecisionSubject;
  readonly #rows: () => readonly ProviderRow[];
  readonly #log: RelayLog;
  readonly #asker: Asker;
  readonly #tasks: TaskGroup;
  readonly #stopping = new AbortController();
  readonly #search: SearchActivity;
  readonly #connectWhenLost: ConnectWhenLost;
  readonly #decisions = new DecisionLog();
  #state: DecisionState = UNDECIDED;
  #scores: readonly Score[] = [];
  #chosen: ProviderKey | null = null;
  #timer: Timer | null = null;
  #moving: Promise<string | null> | null = null;

  constructor({ settings, subject, rows, tasks, log, asker = NOBODY }: DecisionTaskContext) {
    this.#asker = asker;
    this.#tasks = tasks.child("decision", "keepGoing", log);
    this.#settings = settings;
    this.#subject = subject;
    this.#rows = () => rows().map((row) => withWaiting(row, subject.view()?.services ?? []));
    this.#log = log.with({ site: subject.name });
    this.#search = new SearchActivity(settings, subject.standby, this.#stopping.signal);
    this.#connectWhenLost = new ConnectWhenLost({
      ...settings,
      connector: subject.connector,
      stopping: this.#stopping.signal,
      seeking: () => subject.seeking(),
      failed: (purpose, reason) => subject.couldNotConnect(purpose, reason),
      measurementOf: (row, now) => this.#measureOther(row, now),
      decided: (decision, from) => this.#note(decision, from === "" ? NOWHERE : from),
    });
  }

  start(): void {
    if (this.#settings.mode === "off") return;
    this.#timer = this.#tasks.every(this.#settings.checkMs, () => this.#check());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#stopping.abort();
    await Promise.all([this.#moving, this.#connectWhenLost.stop()]);
    this.#subject.standby.close();
  }

  /** The user asked for a provider, or (null) takes that back. Returns what was chosen before. */
  choose(provider: ProviderKey | null): ProviderKey | null {
    const before = this.#chosen;
    this.#chosen = provider;
    return before;
  }

  /** Somebody said yes to `to`. Resolves to why it is not used all the same, or null. */
  async confirm(to: ProviderKey): Promise<string | null> {
    if (this.#subject.seeking() !== null) return await this.#connectWhenLost.use(to, CONFIRMED);
    await this.#moving;
    if (this.#subject.view()?.provider === to) return null;
    return await this.#begin(to, CONFIRMED);
  }

  /** Probes every provider now, whatever is due. */
  async probeAll(): Promise<void> {
    await this.#search.search(this.#others(), (row) => this.#keepOn(row), "all");
  }

  snapshot(): DecisionSnapshot {
    const { mode, stableMs, thresholds } = this.#settings;
    const current = this.#subject.view();
    const now = monotonicMs();
    return {
      mode,
      chosen: this.#chosen,
      stableMs,
      thresholds,
      decisions: this.#decisions.entries,
      providers: this.#rows().map((row): ProviderSnapshot => {
        const { key } = row.candidate;
        const track = this.#state.tracks.get(key) ?? null;
        const isCurrent = key === current?.provider;
        const measurement = isCurrent
          ? this.#measureCurrent(row.signalPercent, now)
          : this.#measureOther(row, now);
        return {
          candidate: row.candidate,
          device: row.device,
          addresses: row.addresses,
          isCurrent,
          measurement: measurement === null ? null : shownMeasurement(measurement),
          quality: track === null ? null : track.quality,
          stableMs: track === null || track.stableSince === null ? null : now - track.stableSince,
          score: this.#scores.find((one) => one.key === key) ?? null,
          standbyLinks: this.#subject.standby.countOn(key),
        };
      }),
    };
  }

  #check(): void {
    const current = this.#subject.view();
    if (this.#subject.seeking() !== null) {
      void this.#search.search(this.#rows(), () => 0, "byPerson"); // the others are tried anyway
      this.#connectWhenLost.check(this.#rows());
    } else this.#connectWhenLost.rest();
    if (current === null || this.#moving !== null) return;
    void this.#search.search(this.#others(), (row) => this.#keepOn(row), "due");
    const { decision } = this.#decide(current.provider);
    this.#note(decision, current.provider);
    if (decision.kind === "switch" && decision.to !== current.provider) {
      void this.#begin(decision.to, decision.reasons.map(({ text }) => text).join("; "));
    }
  }

  #begin(to: ProviderKey, reason: string): Promise<string | null> {
    const moving = this.#move(to, reason).finally(() => this.#moving = null);
    this.#moving = moving;
    return moving;
  }

  #note(decision: Decision, on: ProviderKey): void {
    const entry = this.#decisions.add(decision, on, new Date());
    if (entry !== null) this.#tell(entry);
    const site = this.#subject.name;
    if (decision.kind !== "suggest") return this.#asker.withdraw(site);
    const reason = decision.reasons.map(({ text }) => text).join("; ");
    this.#asker.suggest({ site, from: on, to: decision.to, reason });
  }

  #decide(current: ProviderKey): Decided {
    const { mode, thresholds, stableMs } = this.#settings;
    const now = monotonicMs();
    const rows = this.#rows();
    const measurements = new Map<ProviderKey, Measurement>();
    for (const row of rows) {
      const { key } = row.candidate;
      const measurement = key === current
        ? this.#measureCurrent(row.signalPercent, now)
        : this.#measureOther(row, now);
      if (measurement !== null) measurements.set(key, measurement);
    }
    const made = decide(this.#state, {
      table: tableWith(rows.map((row) => row.candidate), current),
      measurements,
      current,
      mode,
      thresholds,
      stableMs,
      chosen: this.#chosen,
      now,
    });
    this.#state = made.state;
    this.#scores = made.scores;
    return made;
  }

  /** Moves, and resolves to why that was not possible, or null. */
  async #move(to: ProviderKey, reason: string): Promise<string | null> {
    const limitMs = SWITCH_LIMIT_MS + this.#subject.connector.patienceMs(to);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(limitMs)]);
    const failure = await this.#subject.move(to, reason, signal);
    if (failure === null || this.#stopping.signal.aborted) return failure;
    this.#log.warn("decided-switch-failed", { to, reason: failure });
    this.#search.noteFailure(to, failure);
    return failure;
  }

  /** The meter of a session that is connected: its liveness says when it is not. */
  #measureCurrent(signalPercent: number | null, now: number): Measurement | null {
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

  /** What would have to be connected first can only be known to have failed. */
  #measureOther({ candidate: { key, state } }: ProviderRow, now: number): Measurement | null {
    if (state === "up") return this.#search.measurementOf(key);
    const detail = this.#subject.connector.failureOf(key);
    if (detail === null) return null;
    return { ...untried(null), reach: { kind: "silent", detail }, at: now, validUntil: now };
  }

  #others(): readonly ProviderRow[] {
    const current = this.#subject.view()?.provider;
    return this.#rows().filter((row) => row.candidate.key !== current);
  }

  /** Links for the best other network; one for each further one that costs nothing. */
  #keepOn(row: ProviderRow): number {
    const { standby } = this.#settings;
    const isAllowed = standby === "always" || (standby === "unmetered" && !row.candidate.metered);
    if (!isAllowed || row.candidate.connects === "byPerson") return 0;
    const others = this.#others().filter(({ provider }) => provider !== null)
      .map(({ candidate }) => candidate.key);
    const best = this.#scores.find((score) => others.includes(score.key));
    if (best?.key !== row.candidate.key) return 1;
    const streams = this.#subject.view()?.streams ?? 0;
    return Math.min(STANDBY_LINKS + streams, MAX_STANDBY_LINKS);
  }

  #tell(entry: DecisionEntry): void {
    const fields = { to: entry.to, reason: entry.reasons.map(({ text }) => text).join("; ") };
    switch (entry.kind) {
      case "suggest":
        this.#log.info("switch-suggested", { ...fields, command: `cnapt confirm ${entry.to}` });
        return;
      case "planned":
      case "sudden":
        this.#log.info("switch-decided", fields);
        return;
      case "keep":
        if (entry.reasons.some(({ code }) => code === "warning" || code === "critical")) {
          this.#log.warn("network-failing", { on: entry.on, reason: fields.reason });
        } else this.#log.debug("network-kept", { on: entry.on, reason: fields.reason });
        return;
      default:
        unreachable(entry.kind);
    }
  }
}

/** Services in use that may not go over a provider speak against it. */
function withWaiting(row: ProviderRow, services: readonly string[]): ProviderRow {
  const waitingServices = services.filter((name) => !isAllowed(row.rule, name));
  return { ...row, candidate: { ...row.candidate, waitingServices } };
}

/** What the session is on belongs to the table, also when it was asked for and is not listed. */
function tableWith(rows: readonly Candidate[], current: ProviderKey): readonly Candidate[] {
  if (rows.some((row) => row.key === current)) return rows;
  return [...rows, {
    key: current,
    type: "other",
    state: "up",
    connects: "byItself",
    priority: 3,
    metered: false,
    cost: 0,
    waitingServices: [],
  }];
}
