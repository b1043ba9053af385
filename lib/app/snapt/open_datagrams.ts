import type { SnaptConfig } from "../../config/snapt_config.ts";
import {
  addressesOf,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import type { ByteListener } from "../../net/listen.ts";
import { loadSodium } from "../../relay/datagram/sealing/chacha20_poly1305.ts";
import { SnaptDatagrams } from "../../relay/datagram/snapt_datagrams.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { findServer } from "./find_server.ts";

/** How often this machine's addresses are looked at. */
const ADDRESS_POLL_MS = 2_000;

/** Tells `datagrams` the addresses that they can come to, now and whenever that changes. */
export function followAddresses(datagrams: SnaptDatagrams, signal: AbortSignal): void {
  const use = (interfaces: readonly NetworkInterface[]) =>
    datagrams.useAddresses(addressesOf(interfaces));
  use(listInterfaces());
  watchInterfaces(signal, use, ADDRESS_POLL_MS);
}

/** UDP on the same ports as the links; null where nothing is reached by UDP. */
export async function listenForDatagrams(
  config: SnaptConfig,
  listeners: readonly ByteListener[],
  tasks: TaskGroup,
): Promise<SnaptDatagrams | null> {
  const hasService = [...config.services.values()].some(({ protocol }) => protocol === "udp");
  const hasDestination = config.destinations.length > 0 ||
    [...config.clients.values()].some(({ destinations }) => destinations.length > 0);
  const ports = [
    ...config.clientServices,
    ...[...config.clients.values()].flatMap(({ clientServices }) => clientServices),
  ];
  const mayBeOffered = ports.some(({ protocol }) => protocol !== "tcp");
  if (!hasService && !hasDestination && !mayBeOffered) return null;
  try {
    if (config.security === "tls") await loadSodium();
    return new SnaptDatagrams(
      config.listen.map(({ host, port }, index) => ({
        host,
        port: listeners[index]?.port ?? port,
        setting: "listen",
      })),
      {
        protection: config.security === "tls" ? "sealed" : "signed",
        flows: config.limits.flows,
        findServer: (target, rules) => findServer(config, target, rules),
        tasks,
      },
    );
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
}
