import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isInRanges, isOwnMachine } from "../../core/access/source_list.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { ownAddresses } from "../../net/interfaces.ts";
import { isSameHost } from "../../net/same_host.ts";

/**
 * What `config` lets SNAPT dial for a CNAPT that asks for it (`reach: direct`): why an address must
 * not be dialled, null when it may be. `own`: the addresses that this machine has at the moment.
 */
export function directPolicy(
  { clients, balancers }: Pick<SnaptConfig, "clients" | "balancers">,
  name: string,
  own: () => readonly string[] = ownAddresses,
): (host: string, port: number) => string | null {
  const allowed = clients.get(name)?.direct ?? null;
  return (host, port) => {
    if (allowed === null) {
      return `snapt.yaml does not allow it: say \`clients: { ${name}: { direct: PORT } }\``;
    }
    if (port !== allowed) return `snapt.yaml allows port ${allowed} only`;
    try {
      if (isOwnMachine(host) || own().some((address) => isSameHost(address, host))) {
        return "it is SNAPT's own machine";
      }
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      return error.message; // it may be SNAPT's own machine
    }
    return isInRanges(balancers, host) ? "a load balancer is there (`balancers:`)" : null;
  };
}
