import { createIdentity, type Identity } from "../../../../lib/config/identity.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { deviceBinding } from "../../../../lib/net/device_socket.ts";
import { dial } from "../../../../lib/net/dial.ts";
import type { Via } from "../../../../lib/net/via.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { type ByteListener, listenPlain, listenTls } from "../../../../lib/net/listen.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** Nothing in these tests takes longer unless it hangs. */
const PATIENCE_MS = 10_000;

export const ANY: Via = { kind: "any" };
export const BY_ADDRESS: Via = { kind: "address", address: "127.0.0.2" };
export const BY_DEVICE: Via = { kind: "device", device: "lo", addresses: ["127.0.0.1", "::1"] };

/** Each kind of connection that `dial` can give. */
export interface ConnKind {
  readonly name: string;
  readonly via: Via;
  readonly security: "none" | "tls";
  /** What the machine lacks for it, or null. */
  readonly missing: string | null;
}

export const CONN_KINDS: readonly ConnKind[] = [
  { name: "Deno's own", via: ANY },
  { name: "by address", via: BY_ADDRESS },
  { name: "by device", via: BY_DEVICE },
].flatMap(({ name, via }) =>
  (["none", "tls"] as const).map((security) => ({
    name: security === "tls" ? `${name}, TLS` : name,
    via,
    security,
    missing: missingFor(via),
  }))
);

function missingFor(via: Via): string | null {
  if (via.kind === "any") return null;
  if (via.kind === "address") return Deno.build.os === "linux" ? null : "127.0.0.2 on loopback";
  const binding = deviceBinding();
  return binding.kind === "available" ? null : binding.reason;
}

/** A dialled connection and its accepted other end; both close with the pair. */
export class ConnPair implements Disposable {
  readonly client: ByteConn;
  readonly server: ByteConn;

  constructor(client: ByteConn, server: ByteConn) {
    this.client = client;
    this.server = server;
  }

  static async open(kind: Pick<ConnKind, "via" | "security">): Promise<ConnPair> {
    using listener = new ClosingListener(await listenFor(kind.security));
    return await listener.pair(kind);
  }

  [Symbol.dispose](): void {
    this.client.close();
    this.server.close();
  }
}

/** A listener that closes at the end of the block that it is declared in. */
export class ClosingListener implements Disposable {
  readonly inner: ByteListener;

  constructor(inner: ByteListener) {
    this.inner = inner;
  }

  get port(): number {
    return this.inner.port;
  }

  async accept(): Promise<ByteConn> {
    const conn = await this.inner.accept();
    if (conn === null) throw new Error("Cannot accept: the listener is closed");
    return conn;
  }

  /** Dials itself in the way of `kind`. */
  async pair({ via, security }: Pick<ConnKind, "via" | "security">): Promise<ConnPair> {
    const target = { host: "127.0.0.1", port: this.port };
    const [client, server] = await Promise.all([
      dial(target, via, await dialOptions(security)),
      this.accept().then(async (conn) => {
        await conn.handshake?.();
        return conn;
      }),
    ]);
    return new ConnPair(client, server);
  }

  [Symbol.dispose](): void {
    this.inner.close();
  }
}

let identity: Promise<Identity> | null = null;

/** The certificate of the tests; made once. */
export function testIdentity(): Promise<Identity> {
  return identity ??= createIdentity();
}

export async function listenFor(
  security: "none" | "tls",
  address = { host: "127.0.0.1", port: 0 },
): Promise<ByteListener> {
  if (security === "none") return listenPlain(address);
  const { certificatePem, privateKeyPem } = await testIdentity();
  return listenTls(address, { cert: certificatePem, key: privateKeyPem });
}

/** What `dial` needs besides target and route; gives up when a test hangs. */
export async function dialOptions(
  security: "none" | "tls",
  signal: AbortSignal = patience(),
): Promise<Parameters<typeof dial>[2]> {
  if (security === "none") return { signal };
  const { certificatePem } = await testIdentity();
  return { signal, tls: { ca: certificatePem, serverName: null } };
}

/** Its timer does not keep a test from ending. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
