import { formatHostPort } from "../../config/host_port.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isPublicAddress } from "../../core/access/public_address.ts";
import { isInRanges, isOwnMachine } from "../../core/access/source_list.ts";
import { hostOf, plainHost } from "../../net/socket_address.ts";
import type { OwnAddress } from "../../net/own_address.ts";
import { attention, type Finding, ok } from "./finding.ts";

/** A CNAPT that is or was connected, as the status endpoint tells it. */
export interface ConnectedClient {
  readonly client: string;
  /** `ip:port`. */
  readonly from: string;
  /** The hosts of its links over whatever networks it has; one that runs since before has none. */
  readonly parkedFrom?: readonly string[];
  /** The relay by which it comes; null or absent: it comes directly. */
  readonly relay?: string | null;
}

const ABOUT = "reached from outside";
const TRY_IT = "on a machine in another network, `cnapt doctor` tries it";

/**
 * Whether others reach SNAPT. A CNAPT that came from a public address, by
 * whichever of its networks, is the only proof; `own` is
 * where this machine is, `outer` the address of the router that leads here, `clients` null when no
 * SNAPT could be asked.
 */
export function reachFindings(
  { listen, balancers, clients: configured }: Pick<SnaptConfig, "listen" | "balancers" | "clients">,
  own: OwnAddress | null,
  clients: readonly ConnectedClient[] | null,
  outer: string | null = null,
): readonly Finding[] {
  if (listen.every(({ host }) => isOwnMachine(host))) {
    return [attention(
      "address",
      `it listens on ${listen.map(formatHostPort).join(", ")}, which only this machine reaches`,
      'say `listen: "[::]:7787"` in snapt.yaml, unless something here passes connections on to it',
    )];
  }
  // That SNAPT reaches a CNAPT, or a relay, says nothing of the other direction.
  const coming = (clients ?? []).filter(({ client, relay = null }) =>
    relay === null && (configured.get(client)?.direct ?? null) === null
  );
  return [addressFinding(listen, own, outer), proof(balancers, coming)];
}

function addressFinding(
  listen: SnaptConfig["listen"],
  own: OwnAddress | null,
  outer: string | null,
): Finding {
  const about = "address";
  if (own === null) {
    return attention(about, "this machine has no address that others reach", "connect a network");
  }
  const ports = [...new Set(listen.map(({ port }) => port))].join(", ");
  switch (own.kind) {
    case "name":
      return ok(about, `${own.host} is a public name of this machine`);
    case "public":
      return ok(about, `${own.host} is a public address of this machine`);
    case "private":
      if (outer !== null) return ok(about, `${own.host} in this network, ${outer} outside`);
      return attention(
        about,
        `${own.host} is reached from the same network only`,
        `for others, have the router forward port ${ports} to it, and invite with --address ` +
          "and the router's public name or address",
      );
  }
}

function proof(
  balancers: SnaptConfig["balancers"],
  clients: readonly ConnectedClient[],
): Finding {
  const sources = clients.flatMap(({ client, from, parkedFrom = [] }) =>
    [...new Set([plainHost(hostOf(from)), ...parkedFrom])].map((host) => ({ client, host }))
  );
  const outside = sources.find(({ host }) => isPublicAddress(host) && !isInRanges(balancers, host));
  if (outside !== undefined) {
    return ok(ABOUT, `yes: CNAPT ${outside.client} is connected from ${outside.host}`);
  }
  if (sources.length === 0) {
    return attention(ABOUT, "not known: no CNAPT is connected that would show it", TRY_IT);
  }
  const all = sources.map(({ client, host }) => `${client} from ${host}`).join(", ");
  return attention(ABOUT, `not known: only private addresses are connected (${all})`, TRY_IT);
}
