import type { ClientServiceConfig } from "../../config/client_service_config.ts";
import { isUnixPath } from "../../config/stream_address.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { endpointOf } from "../../net/endpoint.ts";
import { resolveHost } from "../../net/resolve.ts";
import type { FindClientApplication } from "../../relay/client_service/datagram_answers.ts";
import { dial } from "../../net/dial.ts";
import { dialUnix } from "../../net/unix_socket.ts";
import type { OpenClientApplication } from "../../relay/client_service/call_answers.ts";

/** How long a client application may take to accept a connection. */
const APPLICATION_TIMEOUT_MS = 10_000;

/** How CNAPT reaches the client applications of a site. */
export function clientApplicationOpener(
  services: () => ReadonlyMap<string, ClientServiceConfig>,
): OpenClientApplication {
  return async (name, abort) => {
    const service = services().get(name);
    if (service === undefined) {
      throw new ConnFailed("nameUnknown", `Cannot open ${name}: there is no such client service`);
    }
    const { to } = service;
    const signal = AbortSignal.any([abort, AbortSignal.timeout(APPLICATION_TIMEOUT_MS)]);
    return isUnixPath(to)
      ? await dialUnix(to.path, signal)
      : await dial(to, { kind: "any" }, { signal, keepAlive: { idleMs: service.keepalive } });
  };
}

/** Where the UDP client applications of a site are. */
export function clientApplicationFinder(
  services: () => ReadonlyMap<string, ClientServiceConfig>,
): FindClientApplication {
  return async (name) => {
    const service = services().get(name);
    if (service === undefined || isUnixPath(service.to)) {
      throw new ConnFailed(
        "nameUnknown",
        `Cannot send datagrams to ${name}: there is no such client service`,
      );
    }
    const { host, port } = service.to;
    const [first] = await resolveHost(host);
    if (first === undefined) {
      throw new ConnFailed("nameUnknown", `Cannot reach ${host}: it has no address`);
    }
    const server = endpointOf(first.address, port);
    return { server, answersFrom: service.from ?? "ownPort" };
  };
}
