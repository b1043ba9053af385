import { type KeptUse, type RelayUsage, RelayUsageFailed } from "../../config/relay_usage.ts";
import { monthOf, type MonthUse } from "../../core/relay/month_meter.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

const LOOK_MS = 1_000;
/** A relay that is killed forgets what it has carried for so long, */
const WRITE_MS = 60_000;
/** or so much, whichever is less, and what the last second brought. */
const WRITE_BYTES = 1_000_000_000;

/** Keeps what was carried in this month on the disk: seldom, as every write wears it. */
export class KeptUsage {
  readonly #store: RelayUsage;
  readonly #log: RelayLog;
  /** Of SNAPTs that may not have come since. */
  readonly #kept: Map<string, KeptUse>;
  #written = { bytes: 0, at: -Infinity };
  #failure: string | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: RelayUsage, log: RelayLog, kept: readonly KeptUse[]) {
    this.#store = store;
    this.#log = log;
    this.#kept = new Map(kept.map((one) => [one.idHex, one]));
    this.#written.bytes = totalOf(kept);
  }

  /** @throws {RelayUsageFailed} nobody knows what was carried */
  static async open(store: RelayUsage, log: RelayLog): Promise<KeptUsage> {
    return new KeptUsage(store, log, await store.list());
  }

  /** What was carried for a SNAPT before the relay was started; null: nothing. */
  of(idHex: string): MonthUse | null {
    return this.#kept.get(idHex) ?? null;
  }

  /** Writes what `current` says when that is due, until `tasks` are closed. */
  watch(tasks: TaskGroup, current: () => readonly KeptUse[]): void {
    tasks.every(LOOK_MS, () => {
      const all = this.#all(current(), tasks.date());
      const more = Math.abs(totalOf(all) - this.#written.bytes);
      const isOld = tasks.now() - this.#written.at >= WRITE_MS;
      if (more < WRITE_BYTES && (!isOld || more === 0)) return;
      this.#written = { bytes: totalOf(all), at: tasks.now() };
      tasks.run("keep usage", () => this.#write(all));
    });
  }

  /** At the end, what there is; waits until it is written. */
  async close(current: readonly KeptUse[], time: Date): Promise<void> {
    const all = this.#all(current, time);
    if (totalOf(all) !== this.#written.bytes) await this.#write(all);
    await this.#writing;
  }

  /** Of this month: of those that have come since what is counted now, of others what was kept. */
  #all(current: readonly KeptUse[], time: Date): readonly KeptUse[] {
    const all = new Map([...this.#kept, ...current.map((one) => [one.idHex, one] as const)]);
    const month = monthOf(time);
    return [...all.values()].filter((one) => one.month >= month && totalOf([one]) > 0);
  }

  async #write(all: readonly KeptUse[]): Promise<void> {
    const write = this.#writing.then(() => this.#store.keep(all));
    this.#writing = Promise.allSettled([write]); // who asked hears of a failure
    try {
      await write;
      this.#failure = null;
    } catch (error) {
      if (!(error instanceof RelayUsageFailed)) throw error;
      if (this.#failure !== error.message) {
        this.#log.warn("usage-not-kept", { reason: error.message });
      }
      this.#failure = error.message;
    }
  }
}

function totalOf(all: readonly KeptUse[]): number {
  return all.reduce(
    (sum, { toSnaptBytes, fromSnaptBytes }) => sum + toSnaptBytes + fromSnaptBytes,
    0,
  );
}
