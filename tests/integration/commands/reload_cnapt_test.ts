/** A CNAPT as a process that reads its configuration again: what its sites have in common. */
import { assert, assertEquals } from "../../assert.ts";
import { nobodyListens } from "../kit/nobody_listens.ts";
import { freeAddress, PROVIDERS } from "../kit/process_pair.ts";
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

function placeOf(address: string): Deno.ConnectOptions {
  const [hostname = "", port] = address.split(":");
  return { hostname, port: Number(port) };
}

/** A connection to `port` of this machine through the HTTP proxy at `address`. */
async function through(address: string, port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect(placeOf(address));
  await writeAll(conn, new TextEncoder().encode(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`));
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    head += new TextDecoder().decode(await readExactly(conn, 1));
  }
  assert(head.startsWith("HTTP/1.1 200"), head);
  return conn;
}

Deno.test("a proxy moves to another port, and what came in by the old one goes on", () =>
  besidePair(async (pair, port) => {
    const [first, second] = [freeAddress(), freeAddress()];
    const at = (address: string) => (yaml: string) =>
      yaml.replace(/^( +)(?:http: .*\n +)?services:/m, `$1http: ${address}\n$1services:`);
    assertEquals(await pair.reload("cnapt", at(first)), "Reloaded.\nsites.home.http: changed\n");
    using conn = await through(first, port);
    await writeAll(conn, pattern(5_000));
    await pair.reload("cnapt", at(second));
    await nobodyListens(placeOf(first));
    assertEquals(await readExactly(conn, 5_000), pattern(5_000));
    using late = await through(second, port);
    await writeAll(late, pattern(5_000));
    assertEquals(await readExactly(late, 5_000), pattern(5_000));
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await pair.edit("cnapt", at(`127.0.0.1:${taken.addr.port}`));
    const failed = await pair.pair.command("cnapt", "reload");
    assert(failed.code === 1 && failed.err.includes(`${taken.addr.port}`), failed.err);
  }, { snaptYaml: 'destinations: ["127.0.0.0/8:*"]\n' }));
