import { type ListenAddress, toListenFailed } from "./listen.ts";

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
  try {
    const server = Deno.serve(
      { hostname: address.host, port: address.port, onListen: () => {} },
      handler,
    );
    return { port: server.addr.port, close: () => server.shutdown() };
  } catch (cause) {
    throw toListenFailed(cause, address);
  }
}
