/**
 * A small HTTP server, for the status endpoint.
 *
 * Theory of operation. The runtime has one, but it ends for good when there is no descriptor left
 * to accept with, takes as many connections as somebody makes, and keeps those that ask for nothing.
 * This one accepts like all our listeners, serves one request on each connection, and keeps few:
 * when there are too many, the one that has waited longest without a request makes room, and then the
 * one that has left its answer unread for longest. Those that listen to events without end are
 * counted by themselves (`LiveConns`).
 */
import type { ByteConn } from "./byte_conn.ts";
import { passOnUnlessConnFailed } from "./conn_failed.ts";
import { LiveConns } from "./live_conns.ts";
import { readRequest } from "./http_request.ts";
import { writeResponse } from "./http_response.ts";
import { type PushSource, writePushed } from "./pushed_body.ts";
import { type ByteListener, type ListenAddress, listenPlain } from "./listen.ts";

export type HttpHandler = (request: Request) => Response | Promise<Response>;

/** Answers under way get that long at the end; a client that reads nothing gets no more. */
const FAREWELL_MS = 1_000;
/** How long a client may take to say what it wants. */
const REQUEST_MS = 10_000;
/** So many connections are kept besides those that listen to events. */
const MAX_CONNECTIONS = 48;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `handler` on `address`.
 *
 * @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine
 */
export function serveHttp(address: ListenAddress, handler: HttpHandler): HttpServer {
  return new OwnHttpServer(listenPlain(address, "control"), handler).start();
}

/** What remains to be done when a request has its answer. */
interface Rest {
  /** What goes on to be written; null: nothing. */
  readonly source: PushSource | null;
  readonly isChunked: boolean;
  /** Reads what the client says until it ends. */
  readonly watching: Promise<void>;
}

class OwnHttpServer implements HttpServer {
  readonly #listener: ByteListener;
  readonly #handler: HttpHandler;
  /** In the order in which they came. */
  readonly #silent = new Set<ByteConn>();
  /** Those that have yet to read their answer. */
  readonly #answered = new Set<ByteConn>();
  readonly #serving = new Map<ByteConn, Promise<void>>();
  readonly #live = new LiveConns();
  #accepting: Promise<void> = Promise.resolve();

  constructor(listener: ByteListener, handler: HttpHandler) {
    this.#listener = listener;
    this.#handler = handler;
  }

  start(): this {
    this.#accepting = this.#accept();
    return this;
  }

  get port(): number {
    return this.#listener.port;
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const conn of this.#silent) conn.close();
    const overdue = setTimeout(() => {
      for (const conn of this.#serving.keys()) conn.reset();
    }, FAREWELL_MS);
    await Promise.all([this.#accepting, ...this.#serving.values()]);
    clearTimeout(overdue);
  }

  async #accept(): Promise<void> {
    for (;;) {
      const conn = await this.#listener.accept();
      if (conn === null) return;
      if (this.#serving.size - this.#live.size >= MAX_CONNECTIONS && !this.#makeRoom()) {
        conn.reset();
        continue;
      }
      this.#silent.add(conn);
      const serving = this.#serve(conn).catch(reportError).finally(() => {
        this.#silent.delete(conn);
        this.#answered.delete(conn);
        this.#serving.delete(conn);
        this.#live.delete(conn);
        conn.close();
      });
      this.#serving.set(conn, serving);
    }
  }

  /** False when all wait for their answers. */
  #makeRoom(): boolean {
    const [oldest] = this.#silent.size > 0 ? this.#silent : this.#answered;
    if (oldest === undefined) return false;
    this.#silent.delete(oldest);
    this.#answered.delete(oldest);
    this.#serving.delete(oldest);
    oldest.reset();
    return true;
  }

  async #serve(conn: ByteConn): Promise<void> {
    const gone = new AbortController();
    try {
      const rest = await this.#serveRequest(conn, gone);
      if (rest === null) return;
      // What the request and its answer were made of is garbage by now: some stay for days.
      if (rest.source !== null) {
        await writePushed(conn, rest.source, { isChunked: rest.isChunked, gone: gone.signal });
      }
      await conn.closeWrite();
      // To close at once would reset what the client has not read yet, if it had sent more.
      const last = setTimeout(() => conn.close(), FAREWELL_MS);
      await rest.watching;
      clearTimeout(last);
    } catch (error) {
      passOnUnlessConnFailed(error); // the client has gone
    } finally {
      gone.abort();
    }
  }

  /** Answers one request; null when there was none. */
  async #serveRequest(conn: ByteConn, gone: AbortController): Promise<Rest | null> {
    const overdue = setTimeout(() => conn.reset(), REQUEST_MS);
    try {
      const asked = await readRequest(conn, gone.signal);
      clearTimeout(overdue);
      this.#silent.delete(conn);
      if (asked.kind === "gone") return null;
      const plain = { version: "1.1", method: "GET", gone: gone.signal } as const;
      if (asked.kind === "malformed") {
        await writeResponse(conn, new Response(null, { status: asked.status }), plain);
        return null;
      }
      const { request, method, version } = asked;
      const watching = watch(conn, gone);
      const response = await this.#live.admit(conn, await this.#answer(request));
      if (!this.#live.has(conn)) this.#answered.add(conn);
      const reader = { version, method, gone: gone.signal };
      const source = await writeResponse(conn, response, reader);
      return { source, isChunked: version === "1.1", watching };
    } finally {
      clearTimeout(overdue);
    }
  }

  async #answer(request: Request): Promise<Response> {
    try {
      return await this.#handler(request);
    } catch (error) {
      reportError(error);
      return new Response(null, { status: 500 });
    }
  }
}

/** What clients go on saying goes here, all of it: nobody looks at it. */
const unread = new Uint8Array(512);

/** Reads on, to notice that the client has gone: then an answer without end is given up. */
async function watch(conn: ByteConn, gone: AbortController): Promise<void> {
  let patience: ReturnType<typeof setTimeout> | undefined;
  try {
    while (await conn.read(unread) !== null);
    // Who only has nothing more to say still gets an answer that is short.
    patience = setTimeout(() => gone.abort(), FAREWELL_MS);
    gone.signal.addEventListener("abort", () => clearTimeout(patience));
  } catch (error) {
    passOnUnlessConnFailed(error);
    gone.abort();
  }
}
