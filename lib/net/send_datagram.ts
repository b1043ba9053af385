import { toConnFailed } from "./conn_failed.ts";
import { familyOf } from "./socket_address.ts";

/**
 * Sends one datagram. Whether anybody gets it cannot be known.
 *
 * @throws {ConnFailed} the system did not take it
 */
export async function sendDatagram(
  text: string,
  to: { readonly host: string; readonly port: number },
): Promise<void> {
  const hostname = familyOf(to.host) === 6 ? "::" : "0.0.0.0";
  const address = { transport: "udp", hostname: to.host, port: to.port } as const;
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    try {
      await socket.send(new TextEncoder().encode(text), address);
    } finally {
      socket.close();
    }
  } catch (error) {
    throw toConnFailed(error, `send a datagram to ${to.host}`);
  }
}
