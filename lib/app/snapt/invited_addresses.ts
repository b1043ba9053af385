import { formatHostPort, type HostPort, isAnyAddress } from "../../config/host_port.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isOwnMachine } from "../../core/access/source_list.ts";
import { MAX_OTHER_ADDRESSES } from "../../core/pairing/pairing_messages.ts";
import type { findOwnAddress, OwnAddress } from "../../net/own_address.ts";
import { findSnaptAddress } from "../../net/snapt_address.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** What goes into a code or ticket when nobody says an address. */
export interface InvitedAddresses {
  /** As many as SNAPT listens on; the first is the one that a code or a ticket has. */
  readonly addresses: readonly [HostPort, ...HostPort[]];
  /** Which of them are in a code behind the first; absent: none. */
  readonly nearby?: readonly HostPort[];
  /** From where the first is reached, and what has to be done for that; empty: it is configured. */
  readonly words: string;
}

type Listening = Pick<SnaptConfig, "listen" | "services">;

/**
 * Where CNAPTs reach this machine, as far as it can tell.
 *
 * @throws {CommandFailed} it cannot
 */
export async function findInvitedAddresses(
  config: Listening,
  find?: typeof findOwnAddress,
): Promise<InvitedAddresses> {
  const [{ host, port } = { host: "::", port: 0 }, ...others] = config.listen;
  if (port === 0) {
    throw new CommandFailed(
      "Cannot tell the port, `listen:` leaves it open: give it with --address HOST:PORT",
    );
  }
  const own = await findSnaptAddress(config, find);
  if (own === null) {
    throw new CommandFailed("Cannot tell this machine's address: give it with --address HOST:PORT");
  }
  const first = { host: own.host, port };
  const nearby = own.nearby === null ? [] : [{ host: own.nearby, port }];
  const more = others.filter((other) => other.port !== 0)
    .map((other) => ({ ...other, host: isAnyAddress(other.host) ? own.host : other.host }));
  // A name, or an address for this machine only, that the configuration has is meant.
  const isMeant = !isAnyAddress(host) && (isOwnMachine(host) || own.kind === "name");
  return {
    addresses: [first, ...[...nearby, ...more].slice(0, MAX_OTHER_ADDRESSES)],
    words: isMeant ? "" : wordsFor(own, first, config),
  };
}

function wordsFor({ kind }: OwnAddress, first: HostPort, { services }: Listening): string {
  const hasUdp = [...services.values()].some(({ protocol }) => protocol === "udp");
  const port = `${hasUdp ? "TCP and UDP" : "TCP"} port ${first.port}`;
  const told = `CNAPT is told that SNAPT is at ${formatHostPort(first)}`;
  switch (kind) {
    case "name":
      return `${told}, the public name of this machine; its firewall has to let ${port} in.`;
    case "public":
      return `${told}, a public address of this machine; firewalls have to let ${port} in.`;
    case "private":
      return `${told}, which is reached from the same network only. For others, the router has to ` +
        `forward ${port} to it, and its public name or address is the one to give.`;
  }
}
