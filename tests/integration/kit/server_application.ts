/** A server application of the tests: accepts, hands each connection on, ends with the test. */
export class ServerApplication implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #conns: Deno.TcpConn[] = [];
  readonly #serving: Promise<void>;

  constructor(serve: (conn: Deno.TcpConn) => Promise<void>) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#serving = this.#serve(serve);
  }

  /** How many connections it ever had. */
  get accepted(): number {
    return this.#conns.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) closeQuietly(conn);
    await this.#serving;
  }

  async #serve(serve: (conn: Deno.TcpConn) => Promise<void>): Promise<void> {
    const running: Promise<void>[] = [];
    for (;;) {
      try {
        const conn = await this.#listener.accept();
        this.#conns.push(conn);
        running.push(serve(conn).catch(() => {}).finally(() => closeQuietly(conn)));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) break;
      }
    }
    await Promise.all(running);
  }
}

/** Sends back what it gets, and the end as well. */
export function echo(): ServerApplication {
  return new ServerApplication(async (conn) => {
    const buffer = new Uint8Array(65_536);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      await writeAll(conn, buffer.subarray(0, count));
    }
    await conn.closeWrite();
  });
}

export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

/** Everything up to the end of the input. */
export async function readAll(conn: Deno.Conn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    parts.push(buffer.slice(0, count));
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export async function readExactly(conn: Deno.Conn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const read = await conn.read(bytes.subarray(done));
    if (read === null) throw new Error(`the connection ended after ${done} of ${count} bytes`);
    done += read;
  }
  return bytes;
}

/** Bytes that are different at every position, so that a lost or doubled one shows. */
export function pattern(count: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(count / 4));
  let state = seed | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, count);
}

export function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
