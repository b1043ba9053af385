/** A CNAPT as a process that reads its configuration again: what its sites have in common. */
import { assert, assertEquals } from "../../assert.ts";
import { PROVIDERS } from "../kit/process_pair.ts";
import { besidePair } from "../kit/reloaded_pair.ts";
import { pattern, readExactly, writeAll } from "../kit/server_application.ts";

const [FIRST, SECOND] = PROVIDERS;
/** An address of this machine from which SNAPT is not reached. */
const DEAD_END = 'providers: [{ address: "::1", name: nowhere }]';

Deno.test("a decision that is told what matters moves the session, and a connection goes on", () =>
  besidePair(async (pair) => {
    const { cnapt } = pair.pair;
    using conn = await pair.pair.connect();
    const bytes = 30_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    const said = await pair.reload(
      "cnapt",
      (yaml) => `${yaml}decision: { prefer: cost, check: 100ms, stable: 1s, search: 1s }\n`,
    );
    assert(said.includes("decision.prefer: changed\n"), said);
    await cnapt.line(new RegExp(` switched .*from=${FIRST} to=${SECOND} `));
    await writing;
    assertEquals(await reading, pattern(bytes));
  }, { providers: `{ address: ${FIRST}, cost: 9 }, { address: ${SECOND} }` }));

Deno.test("a network in use that is taken out is left first, and stays while nothing else leads to SNAPT", () =>
  besidePair(async (pair) => {
    const { cnapt } = pair.pair;
    const receiver = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    using _closed = { [Symbol.dispose]: () => receiver.close() };
    const { addr } = receiver;
    assert(addr.transport === "udp");
    using conn = await pair.pair.connect();
    const bytes = 30_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    await pair.reload(
      "cnapt",
      (yaml) => `${yaml}notify: [{ udp: "127.0.0.1:${addr.port}" }]\n`,
    );

    await pair.edit("cnapt", (yaml) => yaml.replace(/^providers: .*$/m, DEAD_END));
    const refused = await pair.pair.command("cnapt", "reload");
    assertEquals([refused.code, refused.out], [1, "Reloaded: nothing has changed.\n"]);
    assert(refused.err.includes(`Cannot give up the network first: site home`), refused.err);

    const only = `providers: [{ address: ${SECOND}, name: other }]`;
    await pair.reload("cnapt", (yaml) => yaml.replace(/^providers: .*$/m, only));
    await cnapt.line(new RegExp(` switched .*kind=overlapped from=first to=other `));
    await cnapt.line(/ provider-closed provider=first/);
    let notice = "";
    while (!notice.includes('"provider":"other"')) {
      const [bytes] = await receiver.receive();
      notice = new TextDecoder().decode(bytes);
    }
    await writing;
    assertEquals(await reading, pattern(bytes));
    assert(!/session-ended/.test(cnapt.log), cnapt.log);
  }, { providers: `{ address: ${FIRST}, name: first, up: ["true"], down: ["true"] }` }));
