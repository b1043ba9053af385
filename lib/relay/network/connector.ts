import type { ProviderKey } from "../../core/path/provider_key.ts";

/** What a provider is connected or closed for. */
export interface ConnectPurpose {
  /** The provider before; empty when there was none. */
  readonly from: ProviderKey;
  readonly to: ProviderKey;
  readonly reason: string;
}

export type ConnectFailedCode = "command" | "absent" | "unanswered" | "stopped";

/** A provider that was to be connected is not: its command failed, or nothing came of it. */
export class ConnectFailed extends Error {
  override readonly name = "ConnectFailed";
  readonly code: ConnectFailedCode;
  /** A sentence about what happened, without the name of the provider. */
  readonly detail: string;

  constructor(
    code: ConnectFailedCode,
    provider: ProviderKey,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot connect ${provider}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Connects the providers that the user gave commands for, and closes them (patent: the
 * semi-automatic connection procedure, [CNAPT-22] to [CNAPT-24]). One for all sites.
 */
export interface Connector {
  /** `raisable`: it is not there, but a command could bring it. */
  stateOf(provider: ProviderKey): "up" | "raisable" | "unknown";
  /** Both cannot be connected at the same time: one adapter, or one VPN. */
  excludes(one: ProviderKey, other: ProviderKey): boolean;
  /** To connect it would take another provider away from a session that lives on that. */
  isInTheWay(provider: ProviderKey): boolean;
  /** How long `connect` may take, in ms. */
  patienceMs(provider: ProviderKey): number;
  /** Why it could not be connected a moment ago; null when there is nothing against it. */
  failureOf(provider: ProviderKey): string | null;
  noteFailure(provider: ProviderKey, detail: string): void;
  /**
   * Connects it and waits until it is in the table. Done at once when it is there.
   *
   * @throws {ConnectFailed}
   */
  connect(purpose: ConnectPurpose, signal: AbortSignal): Promise<void>;
  /** Closes `purpose.from` if it has commands for that and no site uses it; never fails. */
  release(purpose: ConnectPurpose): Promise<void>;
}

/** Where there are no commands: what is there is there. */
export const NO_CONNECTOR: Connector = {
  stateOf: () => "up",
  excludes: () => false,
  isInTheWay: () => false,
  patienceMs: () => 0,
  failureOf: () => null,
  noteFailure: () => {},
  connect: () => Promise.resolve(),
  release: () => Promise.resolve(),
};
