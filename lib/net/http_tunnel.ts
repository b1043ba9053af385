/**
 * Tunnels through HTTP proxies, for networks that let nothing else out.
 *
 * Theory of operation. The connection leads to the proxy, which connects it to where it is to go
 * (`lib/core/proxy/http_tunnel.ts`). What secures it comes behind that, so that the proxy relays
 * nothing that it could read. Names are looked up by the proxy, which may know others than we do.
 */
import type { Socket } from "node:net";
import { once } from "node:events";
import { Buffer } from "node:buffer";
import {
  encodeTunnelRequest,
  readTunnelAnswer,
  type TunnelRequest,
} from "../core/proxy/http_tunnel.ts";
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed } from "./conn_failed.ts";
import { PrefixedConn } from "./prefixed_conn.ts";

/** What is written to and read from the proxy, whatever kind of connection it is. */
interface ToProxy {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly readNext: () => Promise<Uint8Array | null>;
}

/**
 * Makes a connection to a proxy one to where the request says.
 *
 * @throws {ConnFailed} `refused`: the proxy does not connect it, or it is none
 */
export async function tunnelConn(
  conn: ByteConn,
  request: TunnelRequest,
  signal: AbortSignal,
): Promise<ByteConn> {
  const drop = () => conn.reset();
  signal.addEventListener("abort", drop, { once: true });
  try {
    signal.throwIfAborted();
    const rest = await openTunnel(conn, request);
    signal.throwIfAborted();
    return new PrefixedConn(rest, conn);
  } catch (error) {
    conn.reset();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/**
 * The same with a socket that is to be secured, and so nobody may have said anything on it.
 *
 * @throws {ConnFailed} as above
 */
export async function tunnelSocket(
  socket: Socket,
  request: TunnelRequest,
  signal: AbortSignal,
): Promise<void> {
  const drop = () => socket.destroy();
  signal.addEventListener("abort", drop, { once: true });
  try {
    signal.throwIfAborted();
    const rest = await openTunnel({
      write: (bytes) => written(socket, bytes),
      readNext: () => nextOf(socket),
    }, request);
    signal.throwIfAborted();
    if (rest.length > 0) throw notOpened("it says something that nobody asked for");
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** What came behind the answer. */
async function openTunnel(proxy: ToProxy, request: TunnelRequest): Promise<Uint8Array> {
  await proxy.write(encodeTunnelRequest(request));
  let bytes = new Uint8Array(0);
  for (;;) {
    const next = await proxy.readNext();
    if (next === null) throw notOpened("it closes the connection");
    bytes = joined(bytes, next);
    const answer = readTunnelAnswer(bytes);
    switch (answer.kind) {
      case "incomplete":
        continue;
      case "malformed":
        throw notOpened("it does not speak HTTP");
      case "refused":
        throw notOpened(reasonOf(answer.status, request));
      case "opened":
        return bytes.subarray(answer.bytes);
    }
  }
}

function reasonOf(status: number, { authorization }: TunnelRequest): string {
  if (status !== 407) return `it answers with status ${status}`;
  return authorization === null
    ? "it wants a user name and a password (status 407): http://USER:PASSWORD@HOST:PORT"
    : "it does not accept this user name and password (status 407)";
}

function notOpened(reason: string): ConnFailed {
  return new ConnFailed("refused", `Cannot connect through the proxy: ${reason}`);
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => error ? reject(error) : resolve());
  });
}

async function nextOf(socket: Socket): Promise<Uint8Array | null> {
  for (;;) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) return chunk;
    if (socket.readableEnded || socket.destroyed) return null;
    const settled = new AbortController();
    const { signal } = settled;
    try {
      await Promise.race(
        ["readable", "end", "close"].map((event) => once(socket, event, { signal })),
      );
    } finally {
      settled.abort();
    }
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
