/** What the page of SNAPT does to its CNAPTs, asked of the real endpoint beside real programs. */
import { loadIdentity } from "../../../lib/config/identity.ts";
import { snaptStatusToken } from "../../../lib/config/status_token.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { run } from "../kit/program.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

interface Answer {
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;
}

Deno.test("the page invites, changes rights, ends a session and revokes, and all of it lasts", () =>
  inFolder(async (folder) => {
    await using server = echo();
    const status = freeAddress();
    await using pair = await ProcessPair.start(folder, server.port, {
      status,
      snaptYaml: `destinations: []\n`,
    });
    const { secret } = await loadIdentity(`${pair.snaptFolder}/snapt.identity.json`);
    const token = snaptStatusToken(secret);
    const post = async (path: string, body: unknown, bearer = token): Promise<Answer> => {
      const response = await fetch(`http://${status}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${bearer}` },
        body: JSON.stringify(body),
      });
      return { code: response.status, body: await response.json() };
    };
    const list = async () => (await pair.command("snapt", "list", "--json")).out;

    for (const path of ["/invite", "/revoke", "/end", "/allow"]) {
      const body = { name: "laptop", services: "all" };
      assertEquals((await post(path, body, "wrong")).code, 401, path);
    }
    assert(!(await list()).includes('"revokedAt": "'), "nothing was changed without the token");

    // Invites another one, who can join by that.
    const address = await pair.snapt.line(/listening address=(\S+)/);
    const wanted = { name: "phone", services: ["echo"], addresses: [address] };
    const invited = await post("/invite", wanted);
    assertEquals(invited.code, 200, JSON.stringify(invited.body));
    assertEquals((await post("/invite", wanted)).code, 409, "its code is open");
    await Deno.mkdir(`${folder}/phone`);
    const joined = await run("cnapt", `${folder}/phone`, ["join", String(invited.body.code)]);
    assertEquals(joined.code, 0, joined.err);

    // Ends the session: its connections are gone, and CNAPT comes again.
    using before = await pair.connect();
    await writeAll(before, pattern(3_000));
    assertEquals(await readExactly(before, 3_000), pattern(3_000));
    assertEquals((await post("/end", { name: "laptop" })).code, 200);
    await assertRejects(() => readAll(before), Deno.errors.ConnectionReset);
    await pair.snapt.line(/session-ended client=laptop/);
    using after = await pair.connect();
    await writeAll(after, pattern(10));
    assertEquals(await readExactly(after, 10), pattern(10));

    // Allows what there is: with less, its session hears it at once.
    assertEquals((await post("/allow", { name: "laptop", services: ["echo"] })).code, 200);
    assertEquals((await post("/allow", { name: "laptop", services: ["ecko"] })).code, 400);
    assertEquals((await post("/allow", { name: "nobody", services: "all" })).code, 404);
    await writeAll(after, pattern(10));
    assertEquals(await readExactly(after, 10), pattern(10), "what it may still do goes on");

    // Revokes: as `snapt revoke` does.
    const revoked = await post("/revoke", { name: "laptop" });
    assertEquals(revoked, { code: 200, body: { ended: true, revoked: "key" } });
    await assertRejects(() => readAll(after), Deno.errors.ConnectionReset);
    await pair.cnapt.line(/session-ended .*revoked/);
    const { clients } = JSON.parse(await list());
    assertEquals(
      clients.map((one: { name: string; services: unknown; revokedAt: string | null }) => [
        one.name,
        one.services,
        one.revokedAt !== null,
      ]),
      [["laptop", ["echo"], true], ["phone", ["echo"], false]],
    );
    const again = await pair.command("snapt", "revoke", "laptop");
    assertEquals([again.code, again.out.includes("was revoked already")], [0, true]);
    assertEquals((await pair.command("snapt", "remove", "laptop")).code, 0);
  }));
