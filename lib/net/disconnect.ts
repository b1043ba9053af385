import { openLibc } from "./libc.ts";
import { findConnection, type SocketHint } from "./socket_table.ts";

/**
 * Sends RST on a connection of Deno's own, which knows no such thing: closing one always sends
 * FIN first. Connecting a TCP socket to "no address" makes Linux drop the connection with RST
 * at once. The descriptor is found by the addresses of both ends. Where this cannot be done,
 * nothing happens, and the close that follows ends the connection in the ordinary way.
 */
export function disconnect(
  localAddress: string,
  remoteAddress: string,
  hint: SocketHint = {},
): void {
  if (Deno.build.os !== "linux") return;
  const found = findConnection(localAddress, remoteAddress, hint);
  found?.libc.connect(found.fd, new Uint8Array(16), 16);
}

/** Whether `disconnect` does anything on this machine. */
export function canDisconnect(): boolean {
  return Deno.build.os === "linux" && openLibc().kind === "available";
}
