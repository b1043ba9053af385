/**
 * The steps in which a provider is connected and closed, one after the other.
 *
 * To connect: `up`, wait for the interface to have an address, then the same with the VPN that
 * belongs to it. To close: the VPN first [CNAPT-22]. What was connected in vain is closed again.
 */
import type { ProviderConfig } from "../../config/provider_config.ts";
import { ConnectFailed, type ConnectPurpose } from "../../relay/network/connector.ts";
import type { Clock } from "../../relay/run/clock.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import { absent, calledOff } from "./called_off.ts";
import { ProviderCommands, type ProviderCommandsContext } from "./provider_commands.ts";
import { ProviderPresence } from "./provider_presence.ts";
import type { ToldRow } from "./provider_rows.ts";
import type { ProviderTable } from "./provider_table.ts";
import { interfaceSlot, vpnSlot } from "./slot_occupants.ts";

export interface ProviderConnectionContext extends ProviderCommandsContext {
  readonly table: ProviderTable;
  readonly clock: Clock;
  readonly log: RelayLog;
  readonly stopping: AbortSignal;
  /** The table is another one than before. */
  changed(): void;
}

export class ProviderConnection {
  readonly #context: ProviderConnectionContext;
  readonly #commands: ProviderCommands;
  readonly #presence: ProviderPresence;

  constructor(context: ProviderConnectionContext) {
    this.#context = context;
    this.#commands = new ProviderCommands(context);
    this.#presence = new ProviderPresence(context);
  }

  /**
   * Connects `purpose.to`.
   *
   * @throws {ConnectFailed} it is not there; what was connected in vain is closed
   */
  async connect(purpose: ConnectPurpose): Promise<void> {
    const { to } = purpose;
    const { table, clock, log, stopping } = this.#context;
    const startedAt = clock.now();
    let undo: ProviderConfig | null = null;
    try {
      const told = table.told(to);
      const said = told?.said ?? null;
      if (told === null || said === null) throw absent(to);
      const isThere = told.row.addresses.length > 0;
      if (!isThere && said.up !== null) {
        const up = { command: said.up, action: "up", title: "up command" } as const;
        await this.#commands.run(said, up, purpose);
        undo = said;
        if (said.interface !== null) table.occupants.occupy(interfaceSlot(said.interface), to);
        await this.#appeared(to, said, (now) => now.row.addresses.length > 0);
      }
      if (said.vpn !== null) {
        await this.#leaveVpn(said.vpn.interface, purpose);
        const up = { command: said.vpn.up, action: "up", title: "VPN up command" } as const;
        await this.#commands.run(said, up, purpose);
        undo = said;
        table.occupants.occupy(vpnSlot(said.vpn.interface, to), to);
      }
      await this.#appeared(to, said, (now) => now.row.candidate.state === "up");
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      if (stopping.aborted) throw calledOff(to, stopping);
      const { code: reason_code, detail: reason } = error;
      log.warn("provider-not-connected", { provider: to, reason_code, reason });
      if (undo !== null) await this.close(undo, { ...purpose, from: to, to: purpose.from });
      throw error;
    }
    log.info("provider-connected", { provider: to, ms: Math.round(clock.now() - startedAt) });
    this.#context.changed();
  }

  /** Closes `purpose.from`, whose entry is `said`; what cannot be closed is left as it is. */
  async close(said: ProviderConfig, purpose: ConnectPurpose): Promise<void> {
    const { from } = purpose;
    const { table, log } = this.#context;
    await this.#closeVpn(said, purpose);
    await this.#commands.tryToClose(said, said.down, "down command", purpose);
    if (said.interface !== null && said.down !== null) await this.#presence.gone(said.interface);
    if (said.interface !== null) table.occupants.vacate(interfaceSlot(said.interface), from);
    log.info("provider-closed", { provider: from });
    this.#context.changed();
  }

  async #closeVpn(said: ProviderConfig, purpose: ConnectPurpose): Promise<void> {
    const { vpn } = said;
    if (vpn === null || vpn.down === null) return;
    await this.#commands.tryToClose(said, vpn.down, "VPN down command", purpose);
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

  async #appeared(
    provider: string,
    said: ProviderConfig,
    wanted: (now: ToldRow) => boolean,
  ): Promise<void> {
    await this.#presence.appeared(provider, said, wanted);
    this.#context.changed();
  }
}
