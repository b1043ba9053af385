import { createHmac } from "node:crypto";
import { isAnyAddress } from "../../config/host_port.ts";
import type { Identity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isPublicAddress } from "../../core/access/public_address.ts";
import { isOwnMachine } from "../../core/access/source_list.ts";
import { PCP_NONCE_BYTES } from "../../core/mapping/pcp_message.ts";
import { defaultRouter, type RouterAnswer } from "../../net/default_router.ts";
import { familyOf } from "../../net/socket_address.ts";
import { GatewaySocket } from "../../relay/mapping/gateway_socket.ts";
import type { GatewayClient, RouterPlace } from "../../relay/mapping/gateway_client.ts";
import type { PlaceAnswer } from "../../relay/mapping/kept_mapping.ts";
import { NatPmpClient } from "../../relay/mapping/nat_pmp_client.ts";
import { type NonceOf, PcpClient } from "../../relay/mapping/pcp_client.ts";
import { PortMapping } from "../../relay/mapping/port_mapping.ts";
import type { Clock } from "../../relay/run/clock.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { UpnpClient } from "../../relay/mapping/upnp_client.ts";
import { needsDatagrams } from "./needs_datagrams.ts";

/** What SNAPT's mapping is made with. */
export interface MappingContext {
  /** In the order of the setting `listen`. */
  readonly listeners: readonly { readonly port: number }[];
  readonly current: () => SnaptConfig;
  readonly identity: Pick<Identity, "secret">;
  readonly tasks: TaskGroup;
  readonly clock: Clock;
  readonly log: RelayLog;
}

type Listening = Pick<SnaptConfig, "listen">;

/** Whether the UDP port is to be mapped as well. */
export function wantsDatagrams(config: SnaptConfig): boolean {
  return needsDatagrams(config);
}

/** What asks the router for the ports of this SNAPT; not started yet. */
export function openMapping(
  { listeners, current, identity, tasks, clock, log }: MappingContext,
): PortMapping {
  // The ports stay as they were when the program began: another `listen` needs a restart.
  const { listen } = current();
  const index = Math.max(0, listen.findIndex(({ host }) => !isOwnMachine(host)));
  const host = listen[index]?.host ?? "::";
  const port = listeners[index]?.port ?? 0;
  const nonceOf = nonces(identity.secret);
  return new PortMapping({
    families: familiesOf(host),
    place: (family) => placeOf(host, family, defaultRouter(family)),
    clientsAt: (place, family) => clientsAt(place, family, nonceOf),
    wanted: () => ({ tcp: port, udp: wantsDatagrams(current()) ? port : null }),
    tasks: tasks.child("mapping", "keepGoing"),
    clock,
    log,
  });

  function clientsAt(place: RouterPlace, family: 4 | 6, nonceOf: NonceOf): GatewayClient[] {
    const pcp = new PcpClient(place, new GatewaySocket(place, clock), nonceOf);
    if (family === 6) return [pcp];
    const natPmp = new NatPmpClient(place, new GatewaySocket(place, clock));
    return [pcp, natPmp, new UpnpClient({ place, clock })];
  }
}

/** The families in which something listens that a router could lead to. */
export function familiesOf(host: Listening["listen"][number]["host"]): readonly (4 | 6)[] {
  const family = familyOf(host);
  if (!isAnyAddress(host)) return family === null ? [4] : [family];
  return family === 4 ? [4] : [4, 6];
}

/** Whether there is a router to ask for what listens at `host`. */
export function placeOf(host: string, family: 4 | 6, router: RouterAnswer): PlaceAnswer {
  if (isOwnMachine(host)) {
    return absent(`SNAPT listens at ${host} only, for this machine`, 'write `listen: "[::]:7787"`');
  }
  switch (router) {
    case "none":
      return absent(`there is no way to the Internet by IPv${family}`, "");
    case "direct":
      return absent(
        "the default route leads to no router: into a tunnel or a modem",
        "a port has to be opened at the far end of it, if at all",
      );
    case "unknown":
      return absent("this system does not say which router it has", "forward the port by hand");
    default: {
      const own = isAnyAddress(host) || familyOf(host) === null ? router.own : host;
      // NAT is of IPv4; a router has a firewall for IPv6, whose addresses are all public.
      if (family === 4 && isPublicAddress(own)) {
        return {
          kind: "needless",
          words: `this machine has the public address ${own} itself: no router maps anything`,
          remedy: "",
        };
      }
      return { ...router, own };
    }
  }
}

function absent(words: string, remedy: string): PlaceAnswer {
  return { kind: "absent", words, remedy };
}

/** A program that was killed gets its mapping back, which other machines cannot take from it. */
function nonces(secret: Uint8Array): NonceOf {
  return ({ transport, port }) =>
    new Uint8Array(
      createHmac("sha256", secret).update(`snapt pcp nonce v1\0${transport}\0${port}`).digest()
        .subarray(0, PCP_NONCE_BYTES),
    );
}
