/** What two running programs tell is as its schema says, in the states in which it is read. */
import { openLibc } from "../../lib/net/libc.ts";
import { expectDocument } from "../json_documents.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "./kit/process_pair.ts";
import { type ProgramName, Running } from "./kit/program.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";
import { UdpPeer } from "./kit/udp_peer.ts";

openLibc(); // opened once for all tests: it is never closed

const [USED, SUGGESTED] = PROVIDERS;

/** The networks of cnapt.yaml and what stands behind them: the better one is asked about. */
function networks(noticePort: number): string {
  return [
    `{ address: ${USED}, priority: 9 }, { address: ${SUGGESTED}, priority: 1, confirm: true }]`,
    "decision: { check: 100ms, search: 1s, stable: 1s }",
    `notify: [{ udp: "127.0.0.1:${noticePort}" }`,
  ].join("\n");
}

/** What a command prints; the kit holds every document against its schema. */
async function told(pair: ProcessPair, name: ProgramName, ...args: readonly string[]) {
  return JSON.parse((await pair.command(name, ...args, "--json")).out);
}

Deno.test("what a pair tells is as its schema says: used, asked, switched, away, refused, wrong", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using notices = new UdpPeer();
    await using pair = await ProcessPair.start(folder, server.port, {
      providers: networks(notices.port),
    });
    using conn = await pair.connect();
    await writeAll(conn, pattern(3_000));
    assertEquals(await readExactly(conn, 3_000), pattern(3_000));

    await pair.cnapt.line(/ confirmation-wanted /);
    const asked = await told(pair, "cnapt", "status");
    assertEquals([asked.streams.length, asked.offers.length, asked.questions.length], [1, 1, 1]);
    const [there] = (await told(pair, "snapt", "status")).sessions;
    assertEquals([there.client, there.applications.length], ["laptop", 1]);
    assertEquals((await told(pair, "cnapt", "confirm")).outcome, "switched");
    assertEquals((await told(pair, "cnapt", "switch", USED)).receipts.length, 1);
    await notices.until(3);
    const heard = notices.bytes.map((one) => JSON.parse(new TextDecoder().decode(one)));
    for (const one of heard) expectDocument(one);
    assert(heard.some(({ event }) => event === "confirmationWanted"), JSON.stringify(heard));

    await pair.cnapt.end("SIGKILL");
    const [left] = (await told(pair, "snapt", "status")).sessions;
    assert(left.away !== null);
    await using again = new Running("cnapt", pair.cnaptFolder);
    await again.line(/ connected /);
    await told(pair, "snapt", "revoke", "laptop");
    await again.line(/session-ended .*revoked/);
    assertEquals((await told(pair, "cnapt", "status")).sites.home.refusal.code, "revoked");

    await Deno.writeTextFile(`${pair.cnaptFolder}/cnapt.yaml`, "sites: {}\nlimts: {}\n");
    for (const command of ["check", "doctor"]) {
      const { schema, exit, problems } = await told(pair, "cnapt", command);
      assertEquals([schema, exit.code, problems.length], ["cnapt.error/1", 78, 2], command);
    }
  }));
