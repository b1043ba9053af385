/** `cnapt join` where somebody else answers in the place of SNAPT. */
import { createIdentity } from "../../../lib/config/identity.ts";
import { formatSecret } from "../../../lib/core/pairing/pairing_secret.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run } from "../kit/program.ts";

const GROUPS = formatSecret(new Uint8Array(16).fill(42));

/** Joins at `listener`, which `answer` serves; what was said on standard error, with exit code 4. */
async function joinAt(
  listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>,
  answer: (conn: Deno.Conn) => Promise<void>,
): Promise<string> {
  const conns = new Set<Deno.Conn>();
  const serving = (async () => {
    for await (const conn of listener) {
      conns.add(conn);
      void answer(conn).catch(passOnUnlessGone);
    }
  })();
  try {
    return await inFolder(async (folder) => {
      const { port } = listener.addr as Deno.NetAddr;
      const joined = await run("cnapt", folder, ["join", `127.0.0.1:${port}/${GROUPS}`]);
      assertEquals([joined.code, joined.out], [4, ""], joined.err);
      assertEquals([...Deno.readDirSync(folder)], []);
      assert(joined.err.startsWith("Cannot join: "), joined.err);
      return joined.err;
    });
  } finally {
    listener.close();
    await serving;
    for (const conn of conns) closeQuietly(conn);
  }
}

function plain(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

async function tls(): Promise<Deno.TlsListener> {
  const { certificatePem: cert, privateKeyPem: key } = await createIdentity();
  return Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
}

/** A web server: it waits for what may be a request, and answers nothing else. */
function webServer(head: string): (conn: Deno.Conn) => Promise<void> {
  return async (conn) => {
    const buffer = new Uint8Array(4_096);
    const count = await conn.read(buffer);
    const asked = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    const answer = /^[A-Z]+ \S+ HTTP/.test(asked) ? head : "HTTP/1.1 400 Bad Request\r\n\r\n";
    await conn.write(new TextEncoder().encode(answer));
    conn.close();
  };
}

Deno.test("a captive portal is told by its redirect, and is where to log in", async () => {
  const head = "HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/\x1b[2J?a=1\r\n\r\n";
  const err = await joinAt(plain(), webServer(head));
  assert(err.includes("a web server answers that sends browsers to http://login.hotel.example/"));
  assert(err.includes("captive portal") && err.includes("the code is not spent"), err);
  assert(!err.includes("\x1b"), "a terminal must not obey what a portal says");
});

Deno.test("a web server without a redirect is one as well", async () => {
  const err = await joinAt(plain(), webServer("HTTP/1.1 200 OK\r\n\r\n"));
  assert(err.includes("a web server answers, and not SNAPT"), err);
});

Deno.test("a web server behind TLS is told from SNAPT, though it waits to be asked", async () => {
  const head = "HTTP/1.1 302 Found\r\nLocation: https://login.hotel.example/\r\n\r\n";
  const err = await joinAt(await tls(), webServer(head));
  assert(err.includes("sends browsers to https://login.hotel.example/"), err);
});

Deno.test("an SSH server is told from SNAPT", async () => {
  const err = await joinAt(plain(), async (conn) => {
    await conn.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\n"));
  });
  assert(err.includes("an SSH server answers"), err);
});

Deno.test("whoever hangs up is no SNAPT that takes codes", async () => {
  const err = await joinAt(await tls(), async (conn) => {
    await conn.read(new Uint8Array(1)).finally(() => conn.close());
  });
  assert(err.includes("is no SNAPT, or an older one"), err);
  assert(err.includes("too many connections from here have failed"), err);
});

function passOnUnlessGone(error: unknown): void {
  const isGone = error instanceof Error && !(error instanceof TypeError);
  if (!isGone) throw error;
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
