import { createIdentity } from "../../../../lib/config/identity.ts";
import { listenTls } from "../../../../lib/net/listen.ts";

/** What anybody on the way reads in the first bytes of a TLS connection. */
export interface ClientHello {
  readonly serverName: string | null;
  /** Numbers of RFC 8446, in ascending order. */
  readonly extensions: readonly number[];
}

/** A TLS server, and somebody on the way to it who reads what is in the clear. */
export class TlsTap implements AsyncDisposable {
  /** The certificate to be pinned, in PEM. */
  readonly certificatePem: string;
  readonly seen: ClientHello[] = [];
  readonly #server: ReturnType<typeof listenTls>;
  readonly #tap = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<{ close(): void }>();
  readonly #running: Promise<void>[];

  static async open(): Promise<TlsTap> {
    return new TlsTap(await createIdentity());
  }

  private constructor(identity: Awaited<ReturnType<typeof createIdentity>>) {
    this.certificatePem = identity.certificatePem;
    this.#server = listenTls({ host: "127.0.0.1", port: 0 }, {
      cert: identity.certificatePem,
      key: identity.privateKeyPem,
    });
    this.#running = [this.#serve(), this.#watch()];
  }

  get port(): number {
    return this.#tap.addr.port;
  }

  /** Says a byte to whoever comes: tickets for a later connection go out before it. */
  async #serve(): Promise<void> {
    for (;;) {
      const conn = await this.#server.accept();
      if (conn === null) return;
      this.#open.add(conn);
      await conn.handshake?.();
      await conn.write(Uint8Array.of(1));
    }
  }

  async #watch(): Promise<void> {
    for await (const near of this.#tap) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#server.port });
      this.#open.add(near).add(far);
      const first = new Uint8Array(16_384);
      const count = await near.read(first) ?? 0;
      this.seen.push(readHello(first.subarray(0, count)));
      await far.write(first.subarray(0, count));
      this.#running.push(passOn(near, far), passOn(far, near));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tap.close();
    this.#server.close();
    for (const conn of this.#open) conn.close();
    await Promise.allSettled(this.#running);
  }
}

async function passOn(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await to.write(buffer.subarray(0, count));
  }
}

/** RFC 8446, section 4.1.2; behind the headers of the record and the handshake. */
function readHello(record: Uint8Array): ClientHello {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  let at = 5 + 4 + 2 + 32;
  at += 1 + view.getUint8(at); // session
  at += 2 + view.getUint16(at); // cipher suites
  at += 1 + view.getUint8(at); // compression
  const end = at + 2 + view.getUint16(at);
  const extensions: number[] = [];
  let serverName: string | null = null;
  for (at += 2; at < end; at += 4 + view.getUint16(at + 2)) {
    const kind = view.getUint16(at);
    extensions.push(kind);
    if (kind !== 0) continue;
    const length = view.getUint16(at + 7);
    serverName = new TextDecoder().decode(record.subarray(at + 9, at + 9 + length));
  }
  return { serverName, extensions: extensions.sort((a, b) => a - b) };
}
