import type { CommandConfig } from "../../config/connect_config.ts";
import type { ProviderConfig } from "../../config/provider_config.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { type GroupCommand, runInGroup, shellArgv } from "../../net/run_in_group.ts";
import { ConnectFailed, type ConnectPurpose } from "../../relay/network/connector.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import { printable } from "../program/printable.ts";
import type { ProviderTable } from "./provider_table.ts";

export interface ProviderCommandsContext {
  readonly table: ProviderTable;
  readonly log: RelayLog;
  readonly stopping: AbortSignal;
  run?(command: GroupCommand, signal: AbortSignal): Promise<void>;
}

/** A command of the user's: what it does, and what it is called in a sentence. */
export interface ProviderCommand {
  readonly command: CommandConfig;
  readonly action: "up" | "down";
  readonly title: string;
}

/** Runs the commands of the user's that connect and close providers. */
export class ProviderCommands {
  readonly #context: ProviderCommandsContext;
  readonly #run: (command: GroupCommand, signal: AbortSignal) => Promise<void>;

  constructor(context: ProviderCommandsContext) {
    this.#context = context;
    this.#run = context.run ?? runInGroup;
  }

  /** @throws {ConnectFailed} it failed, took too long, or was called off */
  async run(
    said: ProviderConfig,
    { command, action, title }: ProviderCommand,
    purpose: ConnectPurpose,
  ): Promise<void> {
    const { table, log, stopping } = this.#context;
    const provider = action === "up" ? purpose.to : purpose.from;
    log.debug("provider-command", { provider, action, title });
    const group = {
      argv: command.kind === "line" ? shellArgv(command.line) : command.argv,
      env: {
        CNAPT_ACTION: action,
        CNAPT_PROVIDER: provider,
        CNAPT_INTERFACE: said.interface ?? table.told(provider)?.row.device ?? "",
        CNAPT_FROM: purpose.from,
        CNAPT_TO: purpose.to,
        CNAPT_REASON: printable(purpose.reason), // a peer may have said some of it
      },
      limitMs: action === "up" ? said.timeouts.up : said.timeouts.down,
    };
    try {
      await this.#run(group, stopping);
    } catch (error) {
      if (!(error instanceof CommandBroken)) throw error;
      const detail = `its ${title} ${error.outcome}`;
      throw new ConnectFailed("command", provider, detail, { cause: error });
    }
  }

  /** Like `run`, but what cannot be closed is left as it is: the switch goes on. */
  async tryToClose(
    said: ProviderConfig,
    command: CommandConfig | null,
    title: string,
    purpose: ConnectPurpose,
  ): Promise<void> {
    if (command === null) return;
    try {
      await this.run(said, { command, action: "down", title }, purpose);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      this.#context.log.warn("provider-not-closed", {
        provider: purpose.from,
        reason_code: error.code,
        reason: error.detail,
      });
    }
  }
}
