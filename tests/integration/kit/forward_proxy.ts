import {
  httpError,
  httpOutcome,
  readAuthority,
  readHttpConnect,
} from "../../../lib/core/proxy/http_connect.ts";

/** An HTTP proxy as companies have it: it connects what CONNECT asks for, and counts. */
export class ForwardProxy implements AsyncDisposable {
  /** Where clients wanted to go, in order. */
  readonly asked: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #authorization: string | null;
  readonly #serving: Promise<void>;
  readonly #conns = new Set<Deno.TcpConn>();

  /** `authorization`: what `Proxy-Authorization` has to say; null: anybody may use it. */
  constructor(authorization: string | null = null) {
    this.#authorization = authorization;
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) closed(conn);
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const relaying: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) relaying.push(this.#relay(this.#kept(conn)));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(relaying);
  }

  async #relay(client: Deno.TcpConn): Promise<void> {
    try {
      const target = await this.#targetOf(client);
      if (target === null) return;
      // Some systems take localhost for ::1 first, and older versions of Deno try nothing else.
      const hostname = target.host === "localhost" ? "127.0.0.1" : target.host;
      const server = this.#kept(await Deno.connect({ hostname, port: target.port }));
      await client.write(httpOutcome("opened"));
      await Promise.all([copied(client, server), copied(server, client)]);
    } catch (error) {
      if (!isEnd(error)) throw error;
    } finally {
      closed(client);
    }
  }

  async #targetOf(client: Deno.TcpConn): Promise<{ host: string; port: number } | null> {
    let head = new Uint8Array(0);
    const buffer = new Uint8Array(4_096);
    for (;;) {
      const count = await client.read(buffer);
      if (count === null) return null;
      head = new Uint8Array([...head, ...buffer.subarray(0, count)]);
      const request = readHttpConnect(head);
      if (request.kind === "incomplete") continue;
      if (request.kind === "malformed") return null;
      if ((request.fields.get("proxy-authorization") ?? null) !== this.#authorization) {
        await client.write(httpError(407, "Proxy Authentication Required", "who are you"));
        return null;
      }
      this.asked.push(request.target);
      return readAuthority(request.target);
    }
  }

  #kept(conn: Deno.TcpConn): Deno.TcpConn {
    this.#conns.add(conn);
    return conn;
  }
}

async function copied(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    }
    await to.closeWrite();
  } catch (error) {
    if (!isEnd(error)) throw error;
    closed(from);
    closed(to);
  }
}

function closed(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function isEnd(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionRefused;
}
