import { isUnixPath } from "../config/stream_address.ts";
import type { SnaptConfig } from "../config/snapt_config.ts";
import type { StreamTarget } from "../core/wire/stream_opening.ts";
import { nameOfTarget } from "../core/wire/name_of_target.ts";
import { ConnFailed } from "../net/conn_failed.ts";
import { type Endpoint, endpointOf } from "../net/endpoint.ts";
import { resolveHost } from "../net/resolve.ts";

/**
 * Where the server application of a UDP service is.
 *
 * @throws {ConnFailed} its name has no address
 */
export async function findServer(config: SnaptConfig, target: StreamTarget): Promise<Endpoint> {
  const name = nameOfTarget(target);
  const found = target.kind === "service" ? config.services.get(name) : undefined;
  if (found === undefined) throw new TypeError(`Cannot open ${name}: there is no such service`);
  if (isUnixPath(found.to)) throw new TypeError(`Cannot send datagrams to unix:${found.to.path}`);
  const [first] = await resolveHost(found.to.host);
  if (first === undefined) {
    throw new ConnFailed("nameUnknown", `Cannot reach ${found.to.host}: it has no address`);
  }
  return endpointOf(first.address, found.to.port);
}
