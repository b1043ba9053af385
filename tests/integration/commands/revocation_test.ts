/** What becomes of a CNAPT that is revoked while it runs, without SNAPT's status endpoint. */
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair } from "../kit/process_pair.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

async function besidePair(test: (pair: ProcessPair, list: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port, { status: "off" });
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
    await pair.snapt.line(/admission-ended .*laptop was revoked at SNAPT/);
    await pair.cnapt.line(/session-ended .*revoked/);
  }));

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
