import type { SwitchKind } from "../wire/switch_kind.ts";

/** How long one phase of a switch took. */
export interface SwitchPhase {
  readonly name: string;
  readonly ms: number;
}

/** What a switch did, for log, status page and the `switch` command. */
export interface SwitchReceipt {
  readonly kind: SwitchKind;
  readonly outcome: "switched" | "failed";
  readonly from: string;
  readonly to: string;
  /** Why it was done, or, when it failed, why it was not. */
  readonly reason: string;
  readonly epoch: number;
  readonly phases: readonly SwitchPhase[];
  readonly totalMs: number;
  /** Longest time for which a stream had no link to send on. */
  readonly stallMs: number;
  readonly stalls: readonly { readonly stream: number; readonly ms: number }[];
  readonly streams: number;
  /** Bytes sent a second time, by both sides. */
  readonly replayedBytes: number;
  /** `host:port` of the relay that the path leads through after it, where it does. */
  readonly relay?: string;
}

/** How many single stalls a receipt lists; the longest ones. */
const LISTED_STALLS = 20;

/** What is known of a switch when it begins. */
type BegunSwitch = Pick<SwitchReceipt, "kind" | "from" | "to" | "reason">;

/** Collects what the receipt of the switch under way will say. */
export class SwitchReceiptDraft {
  kind: SwitchKind;
  readonly from: string;
  to: string;
  reason: string;
  readonly #startedAt: number;
  #markAt: number;
  readonly #phases: SwitchPhase[] = [];
  readonly #stalls = new Map<number, number>();
  replayedBytes = 0;

  constructor({ kind, from, to, reason }: BegunSwitch, now: number) {
    this.kind = kind;
    this.from = from;
    this.to = to;
    this.reason = reason;
    this.#startedAt = now;
    this.#markAt = now;
  }

  /** Ends the phase that has run since the last call. */
  endPhase(name: string, now: number): void {
    this.#phases.push({ name, ms: roundMs(now - this.#markAt) });
    this.#markAt = now;
  }

  /** Ends a wait for others, as a phase of its own unless there was nothing to wait for. */
  endWait(name: string, now: number): void {
    if (now > this.#markAt) this.endPhase(name, now);
  }

  noteStall(stream: number, ms: number): void {
    this.#stalls.set(stream, Math.max(ms, this.#stalls.get(stream) ?? 0));
  }

  finish(
    outcome: SwitchReceipt["outcome"],
    epoch: number,
    streams: number,
    now: number,
  ): SwitchReceipt {
    const stalls = [...this.#stalls].map(([stream, ms]) => ({ stream, ms: roundMs(ms) }))
      .sort((a, b) => b.ms - a.ms);
    return {
      kind: this.kind,
      outcome,
      from: this.from,
      to: this.to,
      reason: this.reason,
      epoch,
      phases: this.#phases,
      totalMs: roundMs(now - this.#startedAt),
      stallMs: stalls[0]?.ms ?? 0,
      stalls: stalls.slice(0, LISTED_STALLS),
      streams,
      replayedBytes: this.replayedBytes,
    };
  }
}

function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
