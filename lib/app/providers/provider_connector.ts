/**
 * Runs the user's commands that connect and close providers.
 *
 * Theory of operation. To connect: `up`, wait for the interface to have an address, then the same
 * with the VPN that belongs to it. To close: the VPN first. What is done to one provider is done
 * one after the other; several sites that want the same share it. What failed is left alone for a
 * while, longer each time, unless a person asks for it.
 */
import type { CommandConfig } from "../../config/connect_config.ts";
import type { ProviderConfig } from "../../config/provider_config.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { monotonicMs } from "../../net/clock.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { type GroupCommand, runInGroup, shellArgv } from "../../net/run_in_group.ts";
import {
  ConnectFailed,
  type Connector,
  type ConnectPurpose,
} from "../../relay/network/connector.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import { pause, until } from "../program/until.ts";
import { ConnectFailures } from "./connect_failures.ts";
import { fixedKeyOf, type ToldRow } from "./provider_rows.ts";
import { printable } from "../program/printable.ts";
import type { ProviderTable } from "./provider_table.ts";
import { interfaceSlot, vpnSlot } from "./slot_occupants.ts";

/** How often the interfaces are looked at while one is waited for. */
const LOOK_MS = 100;
/** So long a network may take to be gone when its down command is done. */
const GONE_WITHIN_MS = 3_000;

type Action = "up" | "down";

interface Running {
  readonly action: Action;
  readonly done: Promise<void>;
}

export interface ConnectorContext {
  readonly table: ProviderTable;
  readonly log: RelayLog;
  readonly stopping: AbortSignal;
  /** Whether a session lives on it. */
  isUsed(provider: ProviderKey): boolean;
  /** The table is another one than before. */
  changed(): void;
  run?(command: GroupCommand, signal: AbortSignal): Promise<void>;
}

export class ProviderConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #run: (command: GroupCommand, signal: AbortSignal) => Promise<void>;
  readonly #running = new Map<ProviderKey, Running>();
  readonly #failures = new ConnectFailures();

  constructor(context: ConnectorContext) {
    this.#context = context;
    this.#run = context.run ?? runInGroup;
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
    return this.#failures.of(provider, monotonicMs());
  }

  noteFailure(provider: ProviderKey, detail: string): void {
    this.#failures.add(provider, detail, monotonicMs());
  }

  async connect(purpose: ConnectPurpose, signal: AbortSignal): Promise<void> {
    const { to } = purpose;
    this.#context.table.refresh();
    while (this.stateOf(to) !== "up" || this.#running.has(to)) {
      if (signal.aborted) throw stopped(to, signal);
      const running = this.#running.get(to);
      if (running === undefined) {
        if (this.stateOf(to) === "unknown") {
          throw absent(to);
        }
        await until(
          signal,
          this.#start(to, "up", () => this.#connect(purpose)),
          () => stopped(to, signal),
        );
        return;
      }
      await until(signal, running.done, () => stopped(to, signal)).catch((error: unknown) => {
        if (running.action === "up") throw error;
      });
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
    await this.#start(from, "down", () => this.#close(said, purpose));
  }

  /** Waits for what is under way; what connects has been stopped by the context's signal. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  #start(provider: ProviderKey, action: Action, act: () => Promise<void>): Promise<void> {
    const done = act().finally(() => this.#running.delete(provider));
    this.#running.set(provider, { action, done });
    return done;
  }

  async #connect(purpose: ConnectPurpose): Promise<void> {
    const { to } = purpose;
    const { table, log, stopping } = this.#context;
    const startedAt = monotonicMs();
    let undo: ProviderConfig | null = null;
    try {
      const told = table.told(to);
      const said = told?.said ?? null;
      if (told === null || said === null) throw absent(to);
      const isThere = told.row.addresses.length > 0;
      if (!isThere && said.up !== null) {
        await this.#step(said, said.up, "up", "up command", purpose);
        undo = said;
        if (said.interface !== null) table.occupants.occupy(interfaceSlot(said.interface), to);
        await this.#appeared(to, said, (now) => now.row.addresses.length > 0);
      }
      if (said.vpn !== null) {
        await this.#leaveVpn(said.vpn.interface, purpose);
        await this.#step(said, said.vpn.up, "up", "VPN up command", purpose);
        undo = said;
        table.occupants.occupy(vpnSlot(said.vpn.interface, to), to);
      }
      await this.#appeared(to, said, (now) => now.row.candidate.state === "up");
    } catch (error) {
      if (stopping.aborted) throw stopped(to, stopping);
      if (!(error instanceof ConnectFailed)) throw error;
      this.noteFailure(to, error.detail);
      log.warn("provider-not-connected", { provider: to, reason: error.detail });
      if (undo !== null) await this.#close(undo, { ...purpose, from: to, to: purpose.from });
      throw error;
    }
    this.#failures.clear(to);
    log.info("provider-connected", { provider: to, ms: Math.round(monotonicMs() - startedAt) });
    this.#context.changed();
  }

  /** [CNAPT-22]: the VPN before the network that it runs over. */
  async #close(said: ProviderConfig, purpose: ConnectPurpose): Promise<void> {
    const { from } = purpose;
    const { table, log } = this.#context;
    await this.#closeVpn(said, purpose);
    await this.#attempt(said, said.down, "down command", purpose);
    if (said.interface !== null && said.down !== null) await this.#gone(said.interface);
    if (said.interface !== null) table.occupants.vacate(interfaceSlot(said.interface), from);
    log.info("provider-closed", { provider: from });
    this.#context.changed();
  }

  async #closeVpn(said: ProviderConfig, purpose: ConnectPurpose): Promise<void> {
    const { vpn } = said;
    if (vpn === null || vpn.down === null) return;
    await this.#attempt(said, vpn.down, "VPN down command", purpose);
    this.#context.table.occupants.vacate(vpnSlot(vpn.interface, purpose.from), purpose.from);
  }

  /** Where another provider is in the VPN, perhaps one that was lost, it leaves it first. */
  async #leaveVpn(vpnInterface: string | null, purpose: ConnectPurpose): Promise<void> {
    const { table } = this.#context;
    const occupant = table.occupants.of(vpnSlot(vpnInterface, purpose.to));
    const said = occupant === null ? null : table.saidOf(occupant);
    if (occupant === null || said === null) return;
    await this.#closeVpn(said, { ...purpose, from: occupant });
  }

  /** What cannot be closed is left as it is: the switch goes on. */
  async #attempt(
    said: ProviderConfig,
    command: CommandConfig | null,
    title: string,
    purpose: ConnectPurpose,
  ): Promise<void> {
    if (command === null) return;
    try {
      await this.#step(said, command, "down", title, purpose);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      this.#context.log.warn("provider-not-closed", {
        provider: purpose.from,
        reason: error.detail,
      });
    }
  }

  async #step(
    said: ProviderConfig,
    command: CommandConfig,
    action: Action,
    title: string,
    purpose: ConnectPurpose,
  ): Promise<void> {
    const provider = action === "up" ? purpose.to : purpose.from;
    this.#context.log.debug("provider-command", { provider, action, title });
    const run = {
      argv: command.kind === "line" ? shellArgv(command.line) : command.argv,
      env: {
        CNAPT_ACTION: action,
        CNAPT_PROVIDER: provider,
        CNAPT_INTERFACE: said.interface ?? this.#context.table.told(provider)?.row.device ?? "",
        CNAPT_FROM: purpose.from,
        CNAPT_TO: purpose.to,
        CNAPT_REASON: printable(purpose.reason), // a peer may have said some of it
      },
      limitMs: action === "up" ? said.timeouts.up : said.timeouts.down,
    };
    try {
      await this.#run(run, this.#context.stopping);
    } catch (error) {
      if (!(error instanceof CommandBroken)) throw error;
      const detail = `its ${title} ${error.outcome}`;
      throw new ConnectFailed("command", provider, detail, { cause: error });
    }
  }

  /**
   * A command may be done before the network is gone. What is left of it must not be taken for the
   * next network of the same adapter.
   */
  async #gone(device: string): Promise<void> {
    const { table, stopping } = this.#context;
    const until = monotonicMs() + (table.isShared(device) ? GONE_WITHIN_MS : 0);
    for (;;) {
      table.refresh();
      if (!table.isThere(device) || stopping.aborted || monotonicMs() >= until) return;
      await pause(LOOK_MS, stopping);
    }
  }

  /** Waits until the table has the provider as `wanted`. */
  async #appeared(
    provider: ProviderKey,
    said: ProviderConfig,
    wanted: (now: ToldRow) => boolean,
  ): Promise<void> {
    const { table, stopping } = this.#context;
    const until = monotonicMs() + said.timeouts.up;
    for (;;) {
      table.refresh();
      const now = table.told(provider);
      if (now !== null && wanted(now)) return this.#context.changed();
      if (stopping.aborted) throw stopped(provider, stopping);
      if (monotonicMs() >= until) {
        const what = said.interface ?? "its network";
        throw new ConnectFailed(
          "absent",
          provider,
          `its command is done, but ${what} has had no address for ${said.timeouts.up} ms`,
        );
      }
      await pause(LOOK_MS, stopping);
    }
  }
}

/** What only one provider can be in at a time, of those that this one is in. */
function slotsOf(told: ToldRow | null): readonly string[] {
  const said = told?.said ?? null;
  if (said === null) return [];
  const vpn = said.vpn?.interface ?? null;
  return [
    ...(said.interface !== null && said.up !== null ? [interfaceSlot(said.interface)] : []),
    ...(vpn === null ? [] : [vpnSlot(vpn, fixedKeyOf(said) ?? "")]),
  ];
}

function absent(provider: ProviderKey): ConnectFailed {
  return new ConnectFailed("absent", provider, "there is no such provider");
}

function stopped(provider: ProviderKey, { reason }: AbortSignal): ConnectFailed {
  return new ConnectFailed("stopped", provider, "it was called off", { cause: reason });
}
