import { type ListenAddress, toListenFailed } from "./listen.ts";

/** Answers under way get that long at the end; a client that reads nothing gets no more. */
const FAREWELL_MS = 1_000;

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
    return { port: server.addr.port, close: () => shutDown(server) };
  } catch (cause) {
    throw toListenFailed(cause, address);
  }
}

async function shutDown(server: Deno.HttpServer): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<void>((resolve) => timer = setTimeout(resolve, FAREWELL_MS));
  await Promise.race([server.shutdown(), overdue]);
  clearTimeout(timer);
}
