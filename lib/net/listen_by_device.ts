import { bindToDevice, deviceBinding } from "./device_socket.ts";
import type { Via } from "./via.ts";
import { type ByteListener, type ListenAddress, listenPlain, listenTls } from "./listen.ts";
import { findListener } from "./socket_table.ts";

/**
 * A server socket whose connections stay on the way that `via` names, where sockets can be bound
 * to a device: else the answers would take the default route.
 *
 * @throws {ListenFailed} the address is gone, or the port taken
 * @throws {ConnFailed} the device is gone
 */
export function listenByDevice(
  address: ListenAddress,
  via: Via,
  identity: { readonly cert: string; readonly key: string } | null,
): ByteListener {
  const listener = identity === null ? listenPlain(address, "link") : listenTls(address, identity);
  if (via.kind !== "device" || deviceBinding().kind !== "available") return listener;
  try {
    const found = findListener(listener.name);
    if (found !== null) bindToDevice(found.libc, found.fd, via.device);
    return listener;
  } catch (error) {
    listener.close();
    throw error;
  }
}
