import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import { SWITCH_KINDS, type SwitchKind } from "../../core/wire/switch_kind.ts";
import { Histogram, type HistogramSnapshot } from "../run/histogram.ts";

/** From what nobody sees to what nobody waits for, in seconds. */
const STALL_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The switches of one kind. */
export interface SwitchesOfKind {
  readonly kind: SwitchKind;
  readonly switched: number;
  readonly failed: number;
  /** For how long streams had nothing to send on, in seconds; of switches that moved any. */
  readonly stall: HistogramSnapshot;
}

export interface SwitchTotalsSnapshot {
  readonly kinds: readonly SwitchesOfKind[];
  /** Sent a second time, by both sides. */
  readonly replayedBytes: number;
}

/** What became of all switches of a site since the start. */
export class SwitchTotals {
  readonly #kinds = new Map(SWITCH_KINDS.map((kind) => [kind, noSwitches()] as const));
  #replayedBytes = 0;

  add({ kind, outcome, streams, stallMs, replayedBytes }: SwitchReceipt): void {
    this.#replayedBytes += replayedBytes;
    const of = this.#kinds.get(kind);
    if (of === undefined) return;
    of.ended[outcome] += 1;
    if (streams > 0) of.stall.add(stallMs / 1_000);
  }

  snapshot(): SwitchTotalsSnapshot {
    return {
      kinds: [...this.#kinds].map(([kind, { ended, stall }]) => ({
        ...{ kind, ...ended },
        stall: stall.snapshot(),
      })),
      replayedBytes: this.#replayedBytes,
    };
  }
}

function noSwitches() {
  return { ended: { switched: 0, failed: 0 }, stall: new Histogram(STALL_BOUNDS) };
}
