import type { DestinationRule } from "../../core/access/destination_rule.ts";
import { isUnixPath } from "../../config/stream_address.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { resolveHost } from "../../net/resolve.ts";
import { firstWithRoute } from "../../net/route.ts";
import type { ServerPlace } from "../../relay/datagram/server_port.ts";
import { findDestination } from "../../relay/access/destination_access.ts";

/**
 * Where the server application of a UDP service is, or a destination that `rules` allow.
 *
 * @throws {ConnFailed} its name has no address
 * @throws {DestinationNotAllowed} the rules do not allow it
 */
export async function findServer(
  config: SnaptConfig,
  target: StreamTarget,
  rules: readonly DestinationRule[],
): Promise<ServerPlace> {
  if (target.kind === "destination") {
    return { server: await findDestination(target, rules), answersFrom: "ownPort" };
  }
  const { name } = target;
  const found = config.services.get(name);
  if (found === undefined) throw new TypeError(`Cannot open ${name}: there is no such service`);
  if (isUnixPath(found.to)) throw new TypeError(`Cannot send datagrams to unix:${found.to.path}`);
  const { host, port } = found.to;
  const server = firstWithRoute(await resolveHost(host), port);
  return { server, answersFrom: found.from ?? "ownPort" };
}
