import { familyOf } from "./socket_address.ts";

/**
 * Sends one datagram. Whether anybody gets it cannot be known.
 *
 * @throws {Error} the system did not take it
 */
export async function sendDatagram(
  text: string,
  to: { readonly host: string; readonly port: number },
): Promise<void> {
  const hostname = familyOf(to.host) === 6 ? "::" : "0.0.0.0";
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  try {
    const address = { transport: "udp", hostname: to.host, port: to.port } as const;
    await socket.send(new TextEncoder().encode(text), address);
  } finally {
    socket.close();
  }
}
