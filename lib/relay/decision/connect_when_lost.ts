/**
 * Figure 20 of the patent, for networks that have to be connected first: a session that has lost
 * its network, or CNAPT that starts without one, looks over all that are up; when none of those
 * leads to SNAPT, the best of the others is connected.
 */
import { unreachable } from "../../core/exhaustive.ts";
import { NOTHING_LEARNED } from "../../core/decision/decision_input.ts";
import { decide, type Decision } from "../../core/decision/decide.ts";
import { UNDECIDED } from "../../core/decision/decision_state.ts";
import type { Measurement } from "../../core/decision/measurement.ts";
import { type Reason, reasonsInWords } from "../../core/decision/reason.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ConnectFailed, type Connector, type ConnectPurpose } from "../network/connector.ts";
import type { ProviderRow } from "../network/provider.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { DecisionSettings } from "./decision_settings.ts";
import type { Seeking } from "./decision_subject.ts";

/** So long the networks that are up may take to answer, unless they have all failed sooner. */
const PATIENCE_MS = 3_000;
/** So long SNAPT may take to answer over what has been connected. */
const ANSWER_WITHIN_MS = 15_000;
const LOOK_MS = 100;

export interface ConnectWhenLostContext {
  readonly settings: () => Pick<DecisionSettings, "mode" | "thresholds" | "stableMs" | "weights">;
  readonly connector: Connector;
  /** The decision's; what is under way is called off when it closes. */
  readonly tasks: TaskGroup;
  seeking(): Seeking | null;
  measurementOf(row: ProviderRow, now: number): Measurement | null;
  failed(purpose: ConnectPurpose, reason: string): void;
  /** What is going to be done, for the log and `cnapt why`. */
  decided(decision: Decision, from: ProviderKey): void;
}

/** Connects a network for a session that has none. */
export class ConnectWhenLost {
  readonly #context: ConnectWhenLostContext;
  #since: number | null = null;
  #connecting: Promise<string | null> | null = null;

  constructor(context: ConnectWhenLostContext) {
    this.#context = context;
  }

  /** Looks whether something has to be done; called again and again while there is no session. */
  check(rows: readonly ProviderRow[]): void {
    const seeking = this.#context.seeking();
    if (seeking === null) return;
    const now = this.#context.tasks.now();
    this.#since ??= now;
    const isTried = seeking.failure !== null || now - this.#since >= PATIENCE_MS;
    if (!isTried || this.#connecting !== null) return;
    const decision = this.#decide(seeking, rows, now);
    if (decision === null) return;
    this.#context.decided(decision, seeking.from);
    switch (decision.kind) {
      case "keep":
      case "probe":
      case "suggest":
        return;
      case "switch":
        this.#context.tasks.run(
          "connect",
          () => this.use(decision.to, reasonsInWords(decision.reasons)),
        );
        return;
      default:
        unreachable(decision);
    }
  }

  /** Connects `to`. Resolves to why that does not help, or null. */
  async use(to: ProviderKey, reason: string): Promise<string | null> {
    await this.settled();
    const from = this.#context.seeking()?.from ?? "";
    const purpose = { from, to, reason };
    const connecting = this.#connect(purpose).finally(() => this.#connecting = null);
    this.#connecting = connecting;
    const failure = await connecting;
    if (failure !== null && !this.#context.tasks.isClosed) this.#context.failed(purpose, failure);
    return failure;
  }

  /** There is a session: the next time that there is none is another one. */
  rest(): void {
    this.#since = null;
  }

  /** Resolves when nothing is being connected, however the last attempt ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#connecting]);
  }

  /** Only what has to be connected or confirmed: all else is being tried anyway. */
  #decide(seeking: Seeking, rows: readonly ProviderRow[], now: number): Decision | null {
    const { settings, connector } = this.#context;
    const helpful = rows.filter(({ candidate }) =>
      candidate.connects === "byPerson" ||
      (candidate.state === "raisable" && !connector.isInTheWay(candidate.key))
    );
    if (helpful.length === 0) return null;
    const measurements = new Map<ProviderKey, Measurement>();
    for (const row of helpful) {
      const measurement = this.#context.measurementOf(row, now);
      if (measurement !== null) measurements.set(row.candidate.key, measurement);
    }
    const { mode, thresholds, stableMs, weights } = settings();
    const { decision } = decide(UNDECIDED, {
      table: helpful.map(({ candidate }) => candidate),
      measurements,
      current: null,
      mode,
      thresholds,
      stableMs,
      chosen: null,
      ...NOTHING_LEARNED,
      weights,
      now,
    });
    const why: Reason = {
      code: seeking.from === "" ? "noSession" : "lost",
      text: seeking.failure ?? "nothing that is up leads to SNAPT",
    };
    return { ...decision, reasons: [why, ...decision.reasons.slice(1)] };
  }

  async #connect(purpose: ConnectPurpose): Promise<string | null> {
    const { from, to } = purpose;
    const { connector, tasks, seeking } = this.#context;
    try {
      // Of one adapter the lost network is in the way of the next.
      if (connector.excludes(from, to)) await connector.release(purpose);
      await connector.connect(purpose, tasks.signal);
    } catch (error) {
      if (error instanceof ConnectFailed) return error.message; // it is not tried again soon
      throw error;
    }
    const until = tasks.now() + ANSWER_WITHIN_MS;
    while (seeking() !== null) {
      if (tasks.isClosed) return "CNAPT stops";
      if (tasks.now() >= until) {
        const failure = "it was connected, but SNAPT does not answer over it";
        connector.noteFailure(to, failure);
        await connector.release({ from: to, to: from, reason: failure });
        return `Cannot use ${to}: ${failure}`;
      }
      await pause(tasks, LOOK_MS, tasks.signal);
    }
    return null;
  }
}
