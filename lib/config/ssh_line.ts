import { parseHostPort } from "./host_port.ts";
import type { RememberedService } from "./remembered_announcements.ts";
import { isName } from "./schema.ts";
import { isUnixPath, parseStreamAddress } from "./stream_address.ts";

const SSH_PORT = 22;
const LOOPBACK: Readonly<Record<string, string>> = { "::": "::1", "0.0.0.0": "127.0.0.1" };

/** Whether ssh is meant for a service: it is called so, or has port 22. */
export function isForSsh({ name, port, protocol }: RememberedService): boolean {
  return protocol === "tcp" && (name === "ssh" || port === SSH_PORT);
}

/**
 * What is typed for a shell on a server whose service CNAPT has at `listen`. The host key is known
 * under the same name as with `cnapt ssh-config`, so that ports that change ask nothing again.
 * Null: SNAPT named the service in a way that no shell should see, or it is at a Unix socket, which
 * ssh does not dial.
 */
export function sshLine(
  { site, service, listen }: {
    readonly site: string;
    readonly service: string;
    readonly listen: string;
  },
): string | null {
  if (!isName(site) || !isName(service)) return null;
  const at = parseStreamAddress(listen, parseHostPort);
  if (isUnixPath(at)) return null;
  const { host, port } = at;
  return `ssh -o HostKeyAlias=${service}.${site}.cnapt -p ${port} ${LOOPBACK[host] ?? host}`;
}
