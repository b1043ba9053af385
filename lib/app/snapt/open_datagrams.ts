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
export function followAddresses(
  datagrams: Pick<SnaptDatagrams, "useAddresses">,
  signal: AbortSignal,
): void {
  const use = (interfaces: readonly NetworkInterface[]) =>
    datagrams.useAddresses(addressesOf(interfaces));
  use(listInterfaces());
  watchInterfaces(signal, use, ADDRESS_POLL_MS);
}

/**
 * UDP on the same ports as the links.
 *
 * @throws {ListenFailed} one of them is taken
 */
export async function listenForDatagrams(
  current: () => SnaptConfig,
  listeners: readonly ByteListener[],
  tasks: TaskGroup,
): Promise<SnaptDatagrams> {
  const { security, listen } = current();
  if (security === "tls") await loadSodium();
  return new SnaptDatagrams(
    listen.map(({ host, port }, index) => ({
      host,
      port: listeners[index]?.port ?? port,
      setting: "listen",
    })),
    {
      protection: security === "tls" ? "sealed" : "signed",
      get flows() {
        return current().limits.flows;
      },
      findServer: (target, rules) => findServer(current(), target, rules),
      tasks,
    },
  );
}
