/** A CNAPT as a process that reads its configuration again: what its sites have in common. */
import { assert, assertEquals } from "../../assert.ts";
import { PROVIDERS } from "../kit/process_pair.ts";
import { besidePair } from "../kit/reloaded_pair.ts";
import { pattern, readExactly, writeAll } from "../kit/server_application.ts";

const [FIRST, SECOND] = PROVIDERS;

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
