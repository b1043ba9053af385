import { type ListenAddress, ListenFailed } from "./listen.ts";

/** A small HTTP server, for the status endpoint. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `handler` on `address`.
 *
 * @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine
 */
export function serveHttp(
  address: ListenAddress,
  handler: (request: Request) => Response | Promise<Response>,
): HttpServer {
  const where = `Cannot listen on ${address.host}:${address.port} for the status`;
  try {
    const server = Deno.serve(
      { hostname: address.host, port: address.port, onListen: () => {} },
      handler,
    );
    return { port: server.addr.port, close: () => server.shutdown() };
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new ListenFailed(
        "taken",
        `${where}: the port is taken; is it running already? Set \`status:\` to another port or off`,
        { cause },
      );
    }
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ListenFailed("other", `${where}: ${detail}`, { cause });
  }
}
