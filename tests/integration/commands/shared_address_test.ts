/** A CNAPT that shares its addresses with somebody who sends SNAPT garbage, as behind one NAT. */
import { dial } from "../../../lib/net/dial.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "../kit/process_pair.ts";
import { echo, pattern, readExactly, writeAll } from "../kit/server_application.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const GARBAGE = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: somebody\r\n\r\n".repeat(4));
const SWITCHES = 6;

/** Sends garbage from `address`, one connection after the other, until `signal`. */
async function pester(port: number, address: string, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    try {
      const conn = await dial({ host: "127.0.0.1", port }, { kind: "address", address }, {
        signal: AbortSignal.timeout(10_000),
      });
      try {
        await conn.write(GARBAGE);
        while (await conn.readNext() !== null);
      } finally {
        conn.close();
      }
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error; // turned away
    }
    sent += 1;
  }
  return sent;
}

Deno.test("a live session switches and gets new links beside one who sends garbage from its addresses", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port, {
      snaptYaml: "security: none\nlimits: { failuresPerSecond: 1 }\n",
    });
    const port = Number(await pair.snapt.line(/listening address=\S+:(\d+)/));
    const first = await pair.cnapt.line(/ connected .*provider=(\S+)/);
    using conn = await pair.connect();
    const end = new AbortController();
    const pestering = PROVIDERS.map((address) => pester(port, address, end.signal));
    try {
      for (let times = 0; times < SWITCHES; times++) {
        const to = PROVIDERS.find((one) => times % 2 === 0 ? one !== first : one === first) ?? "";
        const { code, err } = await pair.command("cnapt", "switch", to);
        assertEquals([code, err], [0, ""]);
        using another = await pair.connect();
        for (const one of [conn, another]) {
          await writeAll(one, pattern(3_000));
          assertEquals(await readExactly(one, 3_000), pattern(3_000));
        }
      }
    } finally {
      end.abort();
    }
    const sent = await Promise.all(pestering);
    const { counters } = JSON.parse((await pair.command("snapt", "status", "--json")).out);
    assert(sent.every((count) => count > 10), sent.join());
    assert(counters.turnedAway > counters.malformed, JSON.stringify(counters));
  }));
