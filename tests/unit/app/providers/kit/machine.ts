import { ProviderConnector } from "../../../../../lib/app/providers/provider_connector.ts";
import { ProviderTable } from "../../../../../lib/app/providers/provider_table.ts";
import type { ProviderConfig } from "../../../../../lib/config/provider_config.ts";
import { CommandBroken } from "../../../../../lib/net/command_broken.ts";
import type { NetworkInterface } from "../../../../../lib/net/interfaces.ts";
import type { GroupCommand } from "../../../../../lib/net/run_in_group.ts";
import { ConnectFailed } from "../../../../../lib/relay/network/connector.ts";
import { assert } from "../../../../assert.ts";
import { TestLog } from "../../../../test_log.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

const NEVER = new AbortController().signal;
export const HOST = "192.0.2.1";

export function device(name: string, address: string): NetworkInterface {
  return { name, kind: "ordinary", state: "up", addresses: [{ address, family: 4 }] };
}

export function line(text: string): { readonly kind: "line"; readonly line: string } {
  return { kind: "line", line: text };
}

export function entry(more: Partial<ProviderConfig>): ProviderConfig {
  return {
    name: null,
    interface: null,
    address: null,
    match: null,
    use: "always",
    priority: null,
    metered: null,
    cost: 0,
    confirm: false,
    via: null,
    up: null,
    down: null,
    vpn: null,
    services: null,
    withoutServices: null,
    timeouts: { up: 2_000, down: 2_000 },
    ...more,
  };
}

/** A machine whose commands are words: `+wwan0` makes an interface, `-wwan0` ends it. */
export class Machine {
  readonly interfaces = new Map<string, NetworkInterface>();
  readonly ran: GroupCommand[] = [];
  readonly log = new TestLog();
  readonly clock = new VirtualClock();
  readonly stopping = new AbortController();
  readonly table: ProviderTable;
  readonly connector: ProviderConnector;
  readonly used = new Set<string>();

  constructor(configured: readonly ProviderConfig[], present: readonly string[]) {
    for (const name of present) this.interfaces.set(name, device(name, "10.0.0.1"));
    this.table = new ProviderTable(configured, {
      interfaces: () => [...this.interfaces.values()],
      typeOf: () => "other",
      signals: () => new Map(),
      preferred: () => null,
    });
    this.connector = new ProviderConnector({
      table: this.table,
      log: this.log,
      clock: this.clock,
      stopping: this.stopping.signal,
      isUsed: (provider) => this.used.has(provider),
      changed: () => {},
      run: async (command) => {
        await Promise.resolve();
        this.#run(command);
      },
    });
  }

  get lines(): readonly string[] {
    return this.ran.map(({ argv }) => argv.at(-1) ?? "");
  }
  get keys(): readonly string[] {
    return this.table.rowsTowards(HOST).map(({ candidate }) =>
      `${candidate.key} ${candidate.state}`
    );
  }

  async connect(to: string, from = ""): Promise<void> {
    await this.connector.connect({ from, to, reason: "test" }, NEVER);
  }
  async failing(to: string): Promise<ConnectFailed> {
    try {
      await this.connect(to);
    } catch (error) {
      assert(error instanceof ConnectFailed, String(error));
      return error;
    }
    throw new Error("Cannot go on: it was connected");
  }
  async release(from: string): Promise<void> {
    await this.connector.release({ from, to: "", reason: "test" });
  }

  #run(command: GroupCommand): void {
    this.ran.push(command);
    for (const word of (command.argv.at(-1) ?? "").split(" ")) {
      const name = word.slice(1);
      if (word.startsWith("+")) this.interfaces.set(name, device(name, "10.0.0.2"));
      if (word.startsWith("-")) this.interfaces.delete(name);
      if (word === "fail") throw new CommandBroken("failed", "sh", "ended with status 4");
    }
  }
}
