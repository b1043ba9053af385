/**
 * The decision task (patent pages 30 to 32): Check Activity on the network in use, Search
 * Activity on the others, and the decision that comes of both.
 *
 * Theory of operation. Every Y ms the session's own meter, fed by its acknowledgements and
 * PINGs, and the latest probes (`PathMeasurements`) go into `decide`; what it says is carried out
 * (`DecidedMoves`). While a switch is under way nothing is decided (the patent suspends both
 * activities): the session is then in another state than `connected`, and its own search finds a
 * network where the old one is lost. All this can cost no byte: a mistake in it is logged, and
 * the next check comes all the same.
 */
import type { Candidate } from "../../core/decision/candidate.ts";
import { decide, type Decided, type Decision } from "../../core/decision/decide.ts";
import { type DecisionState, UNDECIDED } from "../../core/decision/decision_state.ts";
import { afterFailedMove } from "../../core/decision/observe.ts";
import { reasonsInWords } from "../../core/decision/reason.ts";
import { trialMs } from "../../core/decision/trial.ts";
import type { Score } from "../../core/decision/score.ts";
import { type ProviderKey, SYSTEM_CHOICE } from "../../core/path/provider_key.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { type Asker, NOBODY } from "./confirmations.ts";
import { ConnectWhenLost } from "./connect_when_lost.ts";
import { DecidedMoves } from "./decided_moves.ts";
import { DecisionLog, logDecision } from "./decision_log.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import {
  type DecisionSnapshot,
  type MeasuredNetwork,
  providerSnapshot,
} from "./decision_snapshot.ts";
import type { DecisionSubject, SubjectView } from "./decision_subject.ts";
import { PathMeasurements } from "./path_measurements.ts";
import { PathRates } from "./path_rates.ts";

const NOT_MEASURED = { down: null, up: null } as const;
const CONFIRMED = "confirmed";
/** Where a session is that has no network yet. */
const NOWHERE = "no network";

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
  #settings: DecisionSettings;
  readonly #subject: DecisionSubject;
  readonly #log: RelayLog;
  readonly #asker: Asker;
  readonly #tasks: TaskGroup;
  readonly #measurements: PathMeasurements;
  readonly #rates: PathRates;
  readonly #moves: DecidedMoves;
  readonly #connectWhenLost: ConnectWhenLost;
  readonly #decisions = new DecisionLog();
  #state: DecisionState = UNDECIDED;
  #scores: readonly Score[] = [];
  #chosen: ProviderKey | null = null;
  #proving: Promise<void> | null = null;
  #checks: Timer | null = null;

  constructor(context: DecisionTaskContext) {
    const { subject, rows, tasks, log, asker = NOBODY } = context;
    this.#asker = asker;
    this.#settings = context.settings;
    const settings = () => this.#settings;
    this.#subject = subject;
    this.#log = log.with({ site: subject.name });
    this.#tasks = tasks.child(`decision ${subject.name}`, "keepGoing", this.#log);
    this.#measurements = new PathMeasurements({ settings, subject, rows, tasks: this.#tasks });
    this.#rates = new PathRates({ settings, subject, tasks: this.#tasks });
    this.#moves = new DecidedMoves({
      subject,
      tasks: this.#tasks,
      log: this.#log,
      failed: (to, reason) => this.#moveFailed(to, reason),
    });
    this.#connectWhenLost = new ConnectWhenLost({
      settings,
      connector: subject.connector,
      tasks: this.#tasks,
      seeking: () => subject.seeking(),
      failed: (purpose, reason) => subject.couldNotConnect(purpose, reason),
      measurementOf: (row, now) => this.#measurements.ofOther(row, now),
      decided: (decision, from) => this.#note(decision, from === "" ? NOWHERE : from),
    });
  }

  start(): void {
    const { mode, checkMs } = this.#settings;
    if (mode !== "off") this.#checks = this.#tasks.every(checkMs, () => this.#check());
  }

  /** Decides by other settings from now on; what was measured, learned and chosen stays. */
  useSettings(settings: DecisionSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (settings.mode !== before.mode || settings.checkMs !== before.checkMs) {
      this.#checks?.cancel();
      this.start();
    }
    if (settings.mode === "off") {
      this.#asker.withdraw(this.#subject.name);
      this.#subject.standby.abandonAll(); // nobody would look after them any more
    } else if (settings.standby !== before.standby) {
      this.#tasks.run("search", () => this.probeAll()); // which opens and closes them
    }
  }

  async stop(): Promise<void> {
    this.#tasks.close();
    await Promise.all([
      this.#tasks.done(),
      this.#moves.settled(),
      this.#connectWhenLost.settled(),
    ]);
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
    await this.#moves.settled();
    if (this.#subject.view()?.provider === to) return null;
    return await this.#moves.begin(to, CONFIRMED);
  }

  /** Probes every provider now, whatever is due. */
  async probeAll(): Promise<void> {
    await this.#measurements.search("all", this.#scores);
  }

  /**
   * Measures what a network carries; null: all that are not metered, of which a person has to name
   * one. What is not listed in the answer is not there.
   */
  async measure(provider: ProviderKey | null): Promise<readonly MeasuredNetwork[]> {
    const rows = this.#measurements.rows().filter(({ candidate }) =>
      provider === null
        ? !candidate.metered && candidate.state === "up"
        : candidate.key === provider
    );
    const failures = await this.#rates.measure(rows);
    return rows.map(({ candidate: { key } }) => ({
      provider: key,
      problem: failures.get(key) ?? null,
      ...(failures.has(key) ? NOT_MEASURED : this.#rates.known.get(key)?.probed ?? NOT_MEASURED),
    }));
  }

  snapshot(): DecisionSnapshot {
    const { mode, stableMs, thresholds } = this.#settings;
    const current = this.#subject.view()?.provider ?? null;
    const now = this.#tasks.now();
    return {
      mode,
      chosen: this.#chosen,
      stableMs,
      thresholds,
      need: this.#rates.need,
      decisions: this.#decisions.entries,
      providers: this.#measurements.rows().map((row) => {
        const { key } = row.candidate;
        return providerSnapshot(row, now, {
          isCurrent: key === current,
          measurement: this.#measurements.of(row, now),
          track: this.#state.tracks.get(key) ?? null,
          score: this.#scores.find((score) => score.key === key) ?? null,
          trial: this.#state.trials.get(key) ?? null,
          trialMs: trialMs(this.#state.trials.get(key) ?? null, stableMs),
          rate: this.#rates.known.get(key) ?? null,
          standbyLinks: this.#subject.standby.countOn(key),
        });
      }),
    };
  }

  #check(): void {
    const current = this.#subject.view();
    if (this.#subject.seeking() !== null) {
      this.#tasks.run("search", () => this.#measurements.searchForSeeking());
      this.#connectWhenLost.check(this.#measurements.rows());
    } else this.#connectWhenLost.rest();
    if (current === null || this.#moves.isMoving) return;
    this.#tasks.run("search", () => this.#measurements.search("due", this.#scores));
    const rows = this.#measurements.rows();
    this.#rates.look(current, rows);
    this.#measureDue(current, rows);
    const { decision } = this.#decide(current, rows);
    this.#note(decision, current.provider);
    if (decision.kind === "probe") this.#prove(decision.to, rows);
    if (decision.kind === "switch" && decision.to !== current.provider) {
      const { to, reasons } = decision;
      this.#tasks.run("switch", () => this.#moves.begin(to, reasonsInWords(reasons)));
    }
  }

  /** Finds out whether `to` carries what streams need, and decides again. */
  #prove(to: ProviderKey, rows: readonly ProviderRow[]): void {
    const row = rows.find(({ candidate }) => candidate.key === to);
    if (row === undefined || this.#proving !== null) return;
    const proving = this.#rates.prove(row).finally(() => this.#proving = null);
    this.#proving = proving;
    this.#tasks.run("probe rate", async () => {
      await proving;
      if (!this.#tasks.isClosed) this.#check();
    });
  }

  #measureDue(current: SubjectView, rows: readonly ProviderRow[]): void {
    const due = this.#rates.due(current, rows);
    if (due.length === 0) return;
    this.#tasks.run("measure", async () => {
      await this.#rates.measure(due);
    });
  }

  #moveFailed(to: ProviderKey, reason: string): void {
    this.#measurements.noteFailure(to, reason);
    const row = this.#measurements.rows().find(({ candidate }) => candidate.key === to);
    this.#state = afterFailedMove(this.#state, to, row === undefined ? [] : placesOf(row));
  }

  #note(decision: Decision, on: ProviderKey): void {
    const entry = this.#decisions.add(decision, on, this.#tasks.date());
    if (entry !== null) logDecision(this.#log, entry);
    this.#tasks.guard("ask", () => this.#ask(decision, on));
  }

  #ask(decision: Decision, on: ProviderKey): void {
    const site = this.#subject.name;
    if (decision.kind !== "suggest") return this.#asker.withdraw(site);
    const { to, reasons } = decision;
    this.#asker.suggest({ site, from: on, to, reason: reasonsInWords(reasons) });
  }

  #decide({ provider: current, moves }: SubjectView, rows: readonly ProviderRow[]): Decided {
    const { mode, thresholds, stableMs, weights } = this.#settings;
    const now = this.#tasks.now();
    const made = decide(this.#state, {
      table: tableWith(rows.map((row) => row.candidate), current),
      measurements: this.#measurements.ofAll(rows, now),
      current,
      mode,
      thresholds,
      stableMs,
      chosen: this.#chosen,
      moves,
      places: new Map(rows.map((row) => [row.candidate.key, placesOf(row)])),
      need: this.#rates.need,
      proofs: this.#rates.proofs,
      rates: this.#rates.known,
      weights,
      now,
    });
    this.#state = made.state;
    this.#scores = made.scores;
    return made;
  }
}

/** What makes a network another one: its interface, and where that is. */
function placesOf({ device, addresses }: ProviderRow): readonly string[] {
  return addresses.map((address) => `${device} ${address}`);
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
    ...(current === SYSTEM_CHOICE ? { isStopgap: true } : {}),
  }];
}
