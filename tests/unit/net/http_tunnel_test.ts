import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import type { Via } from "../../../lib/net/via.ts";
import { createIdentity } from "../../../lib/config/identity.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain, listenTls } from "../../../lib/net/listen.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { ForwardProxy } from "../../integration/kit/forward_proxy.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();
const identity = await createIdentity();
const BYTES = new Uint8Array(200_000).map((_, at) => at % 251);
const SECRET = `Basic ${btoa("me:word")}`;

const WAYS: readonly Via[] = [
  { kind: "any" },
  { kind: "address", address: "127.0.0.1" },
  ...(Deno.build.os === "linux"
    ? [{ kind: "device", device: "lo", addresses: ["127.0.0.1"] } as const]
    : []),
];

async function readAll(conn: ByteConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await conn.read(bytes.subarray(at));
    assert(read !== null, "it ended early");
    at += read;
  }
  return bytes;
}

for (const via of WAYS) {
  for (const security of ["none", "tls"] as const) {
    Deno.test(`bytes go through a proxy both ways, by ${via.kind}, security ${security}`, async () => {
      await using proxy = new ForwardProxy(SECRET);
      const at = { host: "127.0.0.1", port: 0 };
      const listener = security === "tls"
        ? listenTls(at, { cert: identity.certificatePem, key: identity.privateKeyPem })
        : listenPlain(at, "link");
      const accepting = listener.accept();
      const pinned = { ca: identity.certificatePem, serverName: null };
      const conn = await dial({ host: "127.0.0.1", port: proxy.port }, via, {
        signal: AbortSignal.timeout(10_000),
        tunnel: { host: "localhost", port: listener.port, authorization: SECRET },
        ...(security === "tls" ? { tls: pinned } : {}),
      });
      const server = await accepting;
      assert(server !== null);
      await Promise.all([server.write(BYTES), conn.write(BYTES)].concat([]));
      assertEquals(await readAll(conn, BYTES.length), BYTES);
      assertEquals(await readAll(server, BYTES.length), BYTES);
      assertEquals(proxy.asked, [`localhost:${listener.port}`]);
      conn.close();
      server.close();
      listener.close();
    });

    Deno.test(`what a proxy refuses is told with the reason, by ${via.kind}, security ${security}`, async () => {
      await using proxy = new ForwardProxy(SECRET);
      const pinned = { ca: identity.certificatePem, serverName: null };
      const asked = (authorization: string | null) =>
        dial({ host: "127.0.0.1", port: proxy.port }, via, {
          signal: AbortSignal.timeout(10_000),
          tunnel: { host: "localhost", port: 1, authorization },
          ...(security === "tls" ? { tls: pinned } : {}),
        });
      const { code } = await assertRejects(() => asked(null), ConnFailed, "wants a user name");
      assertEquals(code, "refused");
      await assertRejects(() => asked("Basic x"), ConnFailed, "does not accept");
    });
  }
}

for (const via of WAYS) {
  Deno.test(`a proxy that says nothing keeps nobody who is called off, by ${via.kind}`, async () => {
    using proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepting = proxy.accept();
    const calledOff = new AbortController();
    const dialling = dial({ host: "127.0.0.1", port: proxy.addr.port }, via, {
      signal: calledOff.signal,
      tunnel: { host: "localhost", port: 1, authorization: null },
    });
    using conn = await accepting;
    assert((await conn.read(new Uint8Array(1_000)) ?? 0) > 0);
    calledOff.abort();
    await assertRejects(() => dialling, ConnFailed);
    // It is reset, so that nothing of it stays.
    const ended = await conn.read(new Uint8Array(1)).catch((error: unknown) => error);
    assert(ended === null || ended instanceof Deno.errors.ConnectionReset, `${ended}`);
  });
}
