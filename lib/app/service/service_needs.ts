/** What a configuration asks of the service that runs with it. */
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import type { RelayConfig } from "../../config/relay_config.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isUnixPath } from "../../config/stream_address.ts";

export interface ServiceNeeds {
  /** How long the program may take to end, in seconds. */
  readonly stopSeconds: number;
  /** Rights of Linux that an ordinary user does not have. */
  readonly capabilities: readonly string[];
  /** Files beside the configuration that must be there, and that its user reads. */
  readonly secrets: readonly string[];
  /** Whether it runs commands of the user's, which a closed-in unit holds to its own rights. */
  readonly hasCommands: boolean;
}

/** Ports below are for those with a right of their own, on Linux. */
const FIRST_FREE_PORT = 1_024;
/** Beside the time in which what was written may still arrive. */
const GOODBYE_SECONDS = 10;

export function cnaptNeeds({ sites, providers, notify, timeouts }: CnaptConfig): ServiceNeeds {
  const ports = [...sites.values()].flatMap(({ services, socks5, http }) => [
    ...[...services?.values() ?? []].map(({ listen }) => isUnixPath(listen) ? 0 : listen.port),
    socks5?.port ?? 0,
    http?.port ?? 0,
  ]);
  // Without a list the real ports are tried, which may be any.
  const hasAny = [...sites.values()].some(({ services }) => services === null);
  return {
    stopSeconds: stopSeconds(timeouts.drain),
    capabilities: hasAny || ports.some(isLow) ? ["CAP_NET_BIND_SERVICE"] : [],
    secrets: [],
    hasCommands: (providers ?? []).some(({ up, down, vpn }) => [up, down, vpn].some(isSaid)) ||
      notify.some(({ kind }) => kind === "command"),
  };
}

/** `secrets`: the identity. */
export function snaptNeeds(
  { listen, virtual, notify, timeouts }: SnaptConfig,
  secrets: readonly string[],
): ServiceNeeds {
  const isManaging = virtual?.manage === true;
  return {
    stopSeconds: stopSeconds(timeouts.drain),
    capabilities: [
      // A port of a client service is whichever the CNAPT offers.
      ...(listen.some(({ port }) => isLow(port)) || virtual !== null
        ? ["CAP_NET_BIND_SERVICE"]
        : []),
      ...(isManaging ? ["CAP_NET_ADMIN"] : []),
    ],
    secrets,
    hasCommands: notify.some(({ kind }) => kind === "command"),
  };
}

/** `secrets`: the identity. */
export function relayNeeds(
  { listen }: Pick<RelayConfig, "listen">,
  secrets: readonly string[],
): ServiceNeeds {
  return {
    stopSeconds: GOODBYE_SECONDS,
    capabilities: listen.some(({ port }) => isLow(port)) ? ["CAP_NET_BIND_SERVICE"] : [],
    secrets,
    hasCommands: false,
  };
}

function stopSeconds(drainMs: number): number {
  return Math.ceil(drainMs / 1_000) + GOODBYE_SECONDS;
}

function isLow(port: number): boolean {
  return port > 0 && port < FIRST_FREE_PORT;
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined;
}
