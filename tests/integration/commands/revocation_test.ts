/** What becomes of a CNAPT that is revoked while it runs, without SNAPT's status endpoint. */
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { Link } from "../../../lib/relay/link/link.ts";
import { authenticateToSnapt } from "../../../lib/relay/link/link_auth.ts";
import { testTasks } from "../../test_tasks.ts";
import { inFolder } from "../../temporary_folder.ts";
import { answer } from "../kit/attacker.ts";
import { ProcessPair } from "../kit/process_pair.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

async function besidePair(
  test: (pair: ProcessPair, list: string) => Promise<void>,
  snaptYaml = "",
): Promise<void> {
  await inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port, { status: "off", snaptYaml });
    await test(pair, `${pair.snaptFolder}/snapt.clients.json`);
  });
}

async function ping(conn: Deno.Conn): Promise<void> {
  await writeAll(conn, pattern(3_000));
  assertEquals(await readExactly(conn, 3_000), pattern(3_000));
}

Deno.test("a CNAPT that is revoked by hand loses its live connections, and stays away", () =>
  besidePair(async (pair, list) => {
    using conn = await pair.connect();
    await ping(conn);
    const { version, clients: [laptop] } = JSON.parse(await Deno.readTextFile(list));
    const clients = [{ ...laptop, revokedAt: "2026-01-01T00:00:00.000Z" }];
    await Deno.writeTextFile(list, JSON.stringify({ version, clients }));
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    await pair.snapt.line(/admission-ended client=laptop .*laptop was revoked at SNAPT/);
    await pair.cnapt.line(/session-ended .*revoked/);
    await pair.snapt.line(/link-refused from=\S+ client=laptop reason_code=revoked/);
  }));

/** A link of the laptop beside its own, authenticated and parked. */
async function parkedLink(pair: ProcessPair, list: string): Promise<Link> {
  const { clients: [laptop] } = JSON.parse(await Deno.readTextFile(list));
  const port = Number(await pair.snapt.line(/listening address=\S+:(\d+)/));
  const signal = AbortSignal.timeout(10_000);
  const conn = await dial({ host: "127.0.0.1", port }, { kind: "any" }, { signal });
  const [id, key] = [laptop.idHex, laptop.keyHex].map((hex) => Uint8Array.fromHex(hex));
  assert(id !== undefined && key !== undefined);
  await authenticateToSnapt(conn, { id, key });
  return new Link(conn, "", testTasks());
}

Deno.test("a link that was parked before the revocation begins no session after it", () =>
  besidePair(async (pair, list) => {
    const [first, second] = [await parkedLink(pair, list), await parkedLink(pair, list)];
    await pair.command("snapt", "revoke", "laptop");
    first.send({ kind: "connect", instance: "0123456789abcdef", claim: "atOnce" });
    const said = await answer(first);
    assert(said === null || (said.kind === "refused" && said.code === "revoked"), said?.kind);
    assertEquals(await answer(second), null, "it is closed, whether it says anything or not");
    await pair.cnapt.line(/session-ended .*revoked/);
    assertEquals(pair.snapt.log.match(/session-started/g)?.length, 1);
  }, "security: none\n"));

Deno.test("`snapt revoke` ends a session also where there is no status endpoint", () =>
  besidePair(async (pair) => {
    using conn = await pair.connect();
    await ping(conn);
    const { code, out } = await pair.command("snapt", "revoke", "laptop");
    assertEquals(code, 0);
    assert(out.includes("ends within a second"), out);
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    await pair.cnapt.line(/session-ended .*revoked/);
  }));

Deno.test("a list of clients that is half written ends no session, and the mended one counts", () =>
  besidePair(async (pair, list) => {
    using conn = await pair.connect();
    await ping(conn);
    const whole = await Deno.readTextFile(list);
    await Deno.writeTextFile(list, whole.slice(0, whole.length / 2));
    await pair.snapt.line(/clients-unreadable/);
    await ping(conn);
    using another = await pair.connect();
    await ping(another);
    await Deno.writeTextFile(list, whole);
    await pair.snapt.line(/clients-readable/);
    await ping(conn);
    await Deno.writeTextFile(list, JSON.stringify({ version: 1, clients: [] }));
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  }));
