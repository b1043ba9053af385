import { createIdentity } from "../../../lib/config/identity.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { passOnUnlessConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { type ByteListener, listenTls } from "../../../lib/net/listen.ts";

/** Somebody on the way who ends TLS with a certificate of his own and passes everything on. */
export class Interceptor implements AsyncDisposable {
  readonly #listener: ByteListener;
  readonly #target: number;
  readonly #ended = new AbortController();
  readonly #accepting: Promise<void>;

  private constructor(listener: ByteListener, target: number) {
    this.#listener = listener;
    this.#target = target;
    this.#accepting = this.#accept();
  }

  /** In front of the SNAPT that listens on `target`, on loopback. */
  static async before(target: number): Promise<Interceptor> {
    const { certificatePem: cert, privateKeyPem: key } = await createIdentity();
    return new Interceptor(listenTls({ host: "127.0.0.1", port: 0 }, { cert, key }), target);
  }

  get address(): string {
    return `127.0.0.1:${this.#listener.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#ended.abort();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const passing: Promise<void>[] = [];
    for (;;) {
      const near = await this.#listener.accept();
      if (near === null) break;
      passing.push(this.#pass(near));
    }
    await Promise.all(passing);
  }

  async #pass(near: ByteConn): Promise<void> {
    const { signal } = this.#ended;
    try {
      await near.handshake?.();
      const tls = { ca: null, serverName: null };
      const target = { host: "127.0.0.1", port: this.#target };
      const far = await dial(target, { kind: "any" }, { signal, tls });
      const end = () => {
        near.reset();
        far.reset();
      };
      signal.addEventListener("abort", end, { once: true });
      await Promise.all([copy(near, far), copy(far, near)]).finally(end);
    } catch (error) {
      passOnUnlessConnFailed(error);
    }
  }
}

async function copy(from: ByteConn, to: ByteConn): Promise<void> {
  for (;;) {
    const bytes = await from.readNext();
    if (bytes === null) return await to.closeWrite();
    await to.write(bytes);
  }
}
