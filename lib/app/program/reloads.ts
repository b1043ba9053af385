import type { ConfigChange } from "../../config/config_change.ts";
import { ConfigInvalid } from "../../config/config_invalid.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import { CommandFailed } from "./usage_error.ts";

/** What came of reading the configuration again. */
export type ReloadOutcome =
  | {
    readonly outcome: "reloaded";
    /** What changed, a line for each. */
    readonly applied: readonly string[];
    /** Settings that keep their value until the program is started again. */
    readonly needsRestart: readonly string[];
    /** What was wanted and could not be had, a sentence for each. */
    readonly failed: readonly string[];
  }
  | {
    /** The file cannot be used: everything is as it was. */
    readonly outcome: "invalid";
    /** A line for each problem. */
    readonly problems: readonly string[];
  };

/** What became of making a program what its configuration says. */
export interface Applied {
  /** What could not be had, a sentence for each. */
  readonly failed: readonly string[];
  /** Settings that kept their old value because of that; the next reload tries them again. */
  readonly kept: readonly string[];
}

export interface ReloadsContext<Config> {
  /** What the program runs with when it starts. */
  readonly config: Config;
  /** Reads and checks the file whole. */
  readonly load: () => Promise<Config>;
  readonly change: (running: Config, wanted: Config) => ConfigChange<Config>;
  /** Makes the program what `config` says. */
  readonly apply: (config: Config, before: Config) => Promise<Applied>;
  readonly log: RelayLog;
}

/**
 * Reads the configuration of a running program again, one time after the other. Whoever asks while
 * one waits for its turn shares that one, so that asking often costs no more than asking twice.
 */
export class Reloads<Config> {
  readonly #context: ReloadsContext<Config>;
  #config: Config;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: Promise<ReloadOutcome> | null = null;

  constructor(context: ReloadsContext<Config>) {
    this.#context = context;
    this.#config = context.config;
  }

  /** What holds now. */
  get config(): Config {
    return this.#config;
  }

  /** What is in the file when this is called, or later, holds when it resolves. */
  reload(): Promise<ReloadOutcome> {
    if (this.#waiting !== null) return this.#waiting;
    const begin = () => {
      this.#waiting = null;
      return this.#reload();
    };
    this.#waiting = this.#last.then(begin, begin);
    this.#last = this.#waiting;
    return this.#waiting;
  }

  async #reload(): Promise<ReloadOutcome> {
    const { load, change, apply, log } = this.#context;
    let wanted: Config;
    try {
      wanted = await load();
    } catch (error) {
      if (!(error instanceof ConfigInvalid || error instanceof CommandFailed)) throw error;
      const problems = error.message.split("\n");
      for (const reason of problems) log.warn("reload-refused", { reason });
      return { outcome: "invalid", problems };
    }
    const before = this.#config;
    const { config, needsRestart, ...changed } = change(before, wanted);
    this.#config = config;
    const { failed, kept } = await apply(config, before);
    const applied = changed.applied.filter((line) =>
      !kept.some((setting) => line.startsWith(`${setting}: `))
    );
    for (const reason of failed) log.warn("reload-failed", { reason });
    log.info("reloaded", { applied: applied.join(", "), needs_restart: needsRestart.join(", ") });
    return { outcome: "reloaded", applied, needsRestart, failed };
  }
}
