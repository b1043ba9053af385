import {
  ConnectFailed,
  type Connector,
  type ConnectPurpose,
} from "../../../lib/relay/network/connector.ts";

/** A connector whose commands are pretended; it notes what it was asked for. */
export class ScriptedConnector implements Connector {
  /** What was asked for, in order: `up b`, `down a`. */
  readonly asked: string[] = [];
  readonly failures = new Map<string, string>();
  /** Those that cannot be connected, and why. */
  readonly broken = new Map<string, string>();
  readonly #down: Set<string>;
  readonly #closable: ReadonlySet<string>;
  readonly #isOneAdapter: boolean;

  constructor(
    down: readonly string[],
    closable: readonly string[] = [],
    adapters: "one" | "two" = "two",
  ) {
    this.#down = new Set(down);
    this.#closable = new Set(closable);
    this.#isOneAdapter = adapters === "one";
  }

  stateOf(provider: string): "up" | "raisable" {
    return this.#down.has(provider) ? "raisable" : "up";
  }
  excludes(): boolean {
    return this.#isOneAdapter;
  }
  isInTheWay(): boolean {
    return false;
  }
  patienceMs(): number {
    return 0;
  }
  failureOf(provider: string): string | null {
    return this.failures.get(provider) ?? null;
  }
  noteFailure(provider: string, detail: string): void {
    this.failures.set(provider, detail);
  }

  async connect({ to }: ConnectPurpose): Promise<void> {
    await Promise.resolve();
    if (!this.#down.has(to)) return;
    this.asked.push(`up ${to}`);
    const reason = this.broken.get(to);
    if (reason !== undefined) {
      this.noteFailure(to, reason);
      throw new ConnectFailed("command", to, reason);
    }
    this.#down.delete(to);
  }

  async release({ from }: ConnectPurpose): Promise<void> {
    await Promise.resolve();
    if (!this.#closable.has(from) || this.#down.has(from)) return;
    this.asked.push(`down ${from}`);
    this.#down.add(from);
  }
}
