import type { SnaptConfig } from "../../config/snapt_config.ts";
import { proxyV2Header } from "../../core/proxy/proxy_v2.ts";
import { isUnixPath } from "../../config/stream_address.ts";
import { dial } from "../../net/dial.ts";
import { dialUnix } from "../../net/unix_socket.ts";
import { openDestination } from "../../relay/access/destination_access.ts";
import type { OpenServerService } from "../../relay/access/admitted_client.ts";

/** How long a service may take to accept a connection. */
const SERVICE_TIMEOUT_MS = 10_000;

/** How SNAPT reaches what the streams of CNAPTs lead to. */
export function serviceOpener(
  config: () => Pick<SnaptConfig, "services">,
): OpenServerService {
  return async ({ target, source }, client, abort) => {
    const signal = AbortSignal.any([abort, AbortSignal.timeout(SERVICE_TIMEOUT_MS)]);
    if (target.kind === "destination") {
      return await openDestination(target, client.destinations, signal);
    }
    const service = config().services.get(target.name);
    if (service === undefined) {
      throw new TypeError(`Cannot open ${target.name}: there is no such service`);
    }
    const { to } = service;
    const server = isUnixPath(to)
      ? await dialUnix(to.path, signal)
      : await dial(to, { kind: "any" }, { signal, keepAlive: { idleMs: service.keepalive } });
    if (service.proxy === null) return server;
    try {
      await server.write(proxyV2Header(source, server.remoteAddress));
      return server;
    } catch (error) {
      server.close();
      throw error;
    }
  };
}
