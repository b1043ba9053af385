import type { ProviderConfig } from "../../config/provider_config.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ConnectFailed } from "../../relay/network/connector.ts";
import type { Clock } from "../../relay/run/clock.ts";
import { pause } from "../../relay/run/pause.ts";
import { calledOff } from "./called_off.ts";
import type { ToldRow } from "./provider_rows.ts";
import type { ProviderTable } from "./provider_table.ts";

/** How often the interfaces are looked at while one is waited for. */
const LOOK_MS = 100;
/** So long a network may take to be gone when its down command is done. */
const GONE_WITHIN_MS = 3_000;

export interface ProviderPresenceContext {
  readonly table: ProviderTable;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
}

/** Waits for networks to be there, or gone, when the commands for that are done. */
export class ProviderPresence {
  readonly #context: ProviderPresenceContext;

  constructor(context: ProviderPresenceContext) {
    this.#context = context;
  }

  /**
   * Waits until the table has the provider as `wanted`.
   *
   * @throws {ConnectFailed} it has not after the time-out of its up command, or the program stops
   */
  async appeared(
    provider: ProviderKey,
    said: ProviderConfig,
    wanted: (now: ToldRow) => boolean,
  ): Promise<void> {
    const { table, clock, stopping } = this.#context;
    const until = clock.now() + said.timeouts.up;
    for (;;) {
      table.refresh();
      const told = table.told(provider);
      if (told !== null && wanted(told)) return;
      if (stopping.aborted) throw calledOff(provider, stopping);
      if (clock.now() >= until) {
        const what = said.interface ?? "its network";
        throw new ConnectFailed(
          "absent",
          provider,
          `its command is done, but ${what} has had no address for ${said.timeouts.up} ms`,
        );
      }
      await pause(clock, LOOK_MS, stopping);
    }
  }

  /**
   * A command may be done before the network is gone. What is left of it must not be taken for the
   * next network of the same adapter.
   */
  async gone(device: string): Promise<void> {
    const { table, clock, stopping } = this.#context;
    const until = clock.now() + (table.isShared(device) ? GONE_WITHIN_MS : 0);
    for (;;) {
      table.refresh();
      if (!table.isThere(device) || stopping.aborted || clock.now() >= until) return;
      await pause(clock, LOOK_MS, stopping);
    }
  }
}
