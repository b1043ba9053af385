/** What is wrong, and what to do about it; each one sentence without a full stop. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
}

/**
 * How a running program is. It says so itself, from what it knows, so that whoever shows it
 * (`status`, its live view, the page, `--json`, the service manager) says the same.
 */
export interface Verdict {
  /** `waiting`: something is under way, or waits for somebody; `bad`: it does not get better alone. */
  readonly level: "good" | "waiting" | "bad";
  /** One sentence without a full stop. */
  readonly sentence: string;
  /** The worst first. */
  readonly problems: readonly Problem[];
}
