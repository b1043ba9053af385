/**
 * Connects and closes providers with the user's commands, for all sites.
 *
 * Theory of operation. What is done to one provider is done one after the other; several sites
 * that want the same share it. What failed is left alone for a while, longer each time, unless a
 * person asks for it.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import {
  ConnectFailed,
  type Connector,
  type ConnectPurpose,
} from "../../relay/network/connector.ts";
import { until } from "../program/until.ts";
import { absent, calledOff } from "./called_off.ts";
import { ConnectFailures } from "./connect_failures.ts";
import { ProviderConnection, type ProviderConnectionContext } from "./provider_connection.ts";
import { slotsOf } from "./provider_slots.ts";

interface Running {
  readonly action: "up" | "down";
  readonly done: Promise<void>;
}

export interface ConnectorContext extends ProviderConnectionContext {
  /** Whether a session lives on it. */
  isUsed(provider: ProviderKey): boolean;
}

export class ProviderConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #connection: ProviderConnection;
  readonly #running = new Map<ProviderKey, Running>();
  readonly #failures = new ConnectFailures();

  constructor(context: ConnectorContext) {
    this.#context = context;
    this.#connection = new ProviderConnection(context);
  }

  stateOf(provider: ProviderKey): "up" | "raisable" | "unknown" {
    return this.#context.table.told(provider)?.row.candidate.state ?? "unknown";
  }

  excludes(one: ProviderKey, other: ProviderKey): boolean {
    const slots = new Set(slotsOf(this.#context.table.told(one)));
    return slotsOf(this.#context.table.told(other)).some((slot) => slots.has(slot));
  }

  isInTheWay(provider: ProviderKey): boolean {
    return this.#context.table.rivalsOf(provider).some((other) =>
      this.#context.isUsed(other) && this.excludes(other, provider)
    );
  }

  patienceMs(provider: ProviderKey): number {
    const said = this.#context.table.told(provider)?.said ?? null;
    if (said === null) return 0;
    const steps = (said.up === null ? 0 : 1) + (said.vpn === null ? 0 : 1);
    return 2 * steps * said.timeouts.up;
  }

  failureOf(provider: ProviderKey): string | null {
    return this.#failures.of(provider, this.#context.clock.now());
  }

  noteFailure(provider: ProviderKey, detail: string): void {
    this.#failures.add(provider, detail, this.#context.clock.now());
  }

  async connect(purpose: ConnectPurpose, signal: AbortSignal): Promise<void> {
    const { to } = purpose;
    this.#context.table.refresh();
    while (this.stateOf(to) !== "up" || this.#running.has(to)) {
      if (signal.aborted) throw calledOff(to, signal);
      const running = this.#running.get(to);
      if (running === undefined) {
        if (this.stateOf(to) === "unknown") throw absent(to);
        const connecting = this.#start(to, "up", () => this.#connect(purpose));
        return await until(signal, connecting, () => calledOff(to, signal));
      }
      await until(signal, running.done, () => calledOff(to, signal));
      if (running.action === "up") return;
    }
  }

  async release(purpose: ConnectPurpose): Promise<void> {
    const { from } = purpose;
    const running = this.#running.get(from);
    if (running?.action === "down") return await running.done;
    const said = this.#context.table.told(from)?.said ?? null;
    const isAsked = said !== null && (said.down !== null || (said.vpn?.down ?? null) !== null);
    if (!isAsked || running !== undefined || this.stateOf(from) !== "up") return;
    if (this.#context.isUsed(from)) return;
    await this.#start(from, "down", () => this.#connection.close(said, purpose));
  }

  /** Waits for what is under way; what connects has been stopped by the context's signal. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  #start(
    provider: ProviderKey,
    action: Running["action"],
    act: () => Promise<void>,
  ): Promise<void> {
    const done = act().finally(() => this.#running.delete(provider));
    this.#running.set(provider, { action, done });
    return done;
  }

  async #connect(purpose: ConnectPurpose): Promise<void> {
    const { to } = purpose;
    try {
      await this.#connection.connect(purpose);
    } catch (error) {
      if (error instanceof ConnectFailed && error.code !== "stopped") {
        this.noteFailure(to, error.detail);
      }
      throw error;
    }
    this.#failures.clear(to);
  }
}
