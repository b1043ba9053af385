import { unreachable } from "../../core/exhaustive.ts";
import type { Decision } from "../../core/decision/decide.ts";
import { type Reason, reasonsInWords } from "../../core/decision/reason.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** So many decisions are remembered. */
const REMEMBERED = 10;

/** A decision as people see it. */
export interface DecisionEntry {
  readonly at: string;
  readonly kind: "keep" | "suggest" | "planned" | "sudden";
  /** The provider that the session was on. */
  readonly on: string;
  /** Where to; the same as `on` when it is kept. */
  readonly to: string;
  readonly reasons: readonly Reason[];
}

/** The last decisions that said something else than the one before. */
export class DecisionLog {
  readonly #entries: DecisionEntry[] = [];

  /** The newest last. */
  get entries(): readonly DecisionEntry[] {
    return this.#entries;
  }

  /** Adds a decision; null when it is the same as the one before. */
  add(decision: Decision, on: string, at: Date): DecisionEntry | null {
    const entry: DecisionEntry = {
      at: at.toISOString(),
      kind: kindOf(decision),
      on,
      to: decision.kind === "keep" || decision.kind === "probe" ? on : decision.to,
      reasons: decision.reasons,
    };
    const last = this.#entries.at(-1);
    if (last !== undefined && outlineOf(last) === outlineOf(entry)) {
      this.#entries[this.#entries.length - 1] = { ...entry, at: last.at };
      return null;
    }
    this.#entries.push(entry);
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
    return entry;
  }
}

function kindOf(decision: Decision): DecisionEntry["kind"] {
  switch (decision.kind) {
    case "keep":
    case "suggest":
      return decision.kind;
    case "probe": // it stays where it is meanwhile
      return "keep";
    case "switch":
      return decision.manner;
    default:
      return unreachable(decision);
  }
}

/** What makes two decisions the same: not the numbers in their sentences. */
function outlineOf({ kind, on, to, reasons }: DecisionEntry): string {
  return [kind, on, to, ...reasons.map(({ code }) => code)].join(" ");
}

/** The first reason is what made the others matter. */
function codeOf([first]: readonly Reason[]): string {
  return first?.code ?? "none";
}

/** Tells the log of a decision that says something else than the one before. */
export function logDecision(log: RelayLog, entry: DecisionEntry): void {
  const why = { reason_code: codeOf(entry.reasons), reason: reasonsInWords(entry.reasons) };
  const fields = { to: entry.to, ...why };
  switch (entry.kind) {
    case "suggest":
      log.info("switch-suggested", { ...fields, command: `cnapt confirm ${entry.to}` });
      return;
    case "planned":
    case "sudden":
      log.info("switch-decided", fields);
      return;
    case "keep":
      if (entry.reasons.some(({ code }) => code === "warning" || code === "critical")) {
        log.warn("network-failing", { provider: entry.on, ...why });
      } else log.debug("network-kept", { provider: entry.on, ...why });
      return;
    default:
      unreachable(entry.kind);
  }
}
