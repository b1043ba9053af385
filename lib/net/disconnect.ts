import { findSocket } from "./socket_table.ts";

/**
 * Sends RST on a connection of Deno's own, which knows no such thing: closing one always sends
 * FIN first. Connecting a TCP socket to "no address" makes Linux drop the connection with RST
 * at once. The descriptor is found by the ports of both ends. Where this cannot be done, nothing
 * happens, and the close that follows ends the connection in the ordinary way.
 */
export function disconnect(localAddress: string, remoteAddress: string): void {
  if (Deno.build.os !== "linux") return;
  const found = findSocket(portOf(localAddress), portOf(remoteAddress));
  found?.libc.connect(found.fd, new Uint8Array(16), 16);
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}
