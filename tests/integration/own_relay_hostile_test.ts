/** A relay that does to what it carries whatever a relay can do: nothing but delay may come of it. */
import { assert, assertEquals } from "../assert.ts";
import { fuzzTest } from "../fuzz/fuzz_test_case.ts";
import type { RandomBytes } from "../fuzz/random_bytes.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { LoopbackRelay } from "./kit/loopback_relay.ts";
import { Meddler, type Meddling } from "./kit/meddler.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

const KINDS = ["cut", "repeat", "swap", "hold"] as const;
/** So many connections are meddled with, counted from the first. */
const MEDDLED = 16;
const BYTES = 40_000;
const ROUNDS = 12;

/** At the beginning, within the handshake, or later. */
function meddling(random: RandomBytes): Meddling {
  const kind = KINDS[random.below(KINDS.length - 1)] ?? "cut";
  return { kind, after: random.below([20, 800, BYTES][random.below(2)] ?? BYTES) };
}

fuzzTest(
  "whatever a relay cuts, repeats, swaps or holds back, every byte arrives",
  async (random) => {
    await using server = echo();
    await using resources = new AsyncDisposableStack();
    const meddlers: Meddler[] = [];
    await using relay = await LoopbackRelay.start("none", {
      behind: (port) => {
        const meddler = resources.use(Meddler.before(port));
        meddlers.push(meddler);
        return meddler;
      },
    });
    const [meddler] = meddlers;
    assert(meddler !== undefined);
    let seen = 0;
    meddler.choose = () => seen++ < MEDDLED ? meddling(random) : { kind: "pass" };
    await using pair = await LoopbackPair.start(server.port, { security: "tls", relay });
    const sent = pattern(BYTES);
    for (let round = 0; round < ROUNDS; round++) {
      using conn = await pair.connect();
      await writeAll(conn, sent);
      assertEquals(await readExactly(conn, BYTES), sent);
    }
    assert(meddler.meddled > 0);
    assertEquals(pair.server.sessions.size, 1);
    assertEquals([...relay.log.of("error"), ...pair.snaptLog.of("error")], []);
    console.log(`${meddler.meddled} of ${seen} connections were meddled with`);

    // What was said at the beginning of all of them, said once more, leads to nobody.
    const { authenticated } = pair.server.counters;
    const session = pair.server.sessions.values().next().value?.driver.session.instance;
    const again = meddler.recorded.splice(0).map(async (recorded) => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
      await writeAll(conn, recorded);
      await conn.closeWrite();
      await conn.read(new Uint8Array(4_096));
    });
    await Promise.allSettled(again); // however they are answered
    const [only] = pair.server.sessions.values();
    assertEquals([pair.server.sessions.size, only?.driver.session.instance], [1, session]);
    assert(
      pair.server.counters.authenticated - authenticated <= seen,
      "more links than CNAPT made",
    );
    using conn = await pair.connect();
    await writeAll(conn, sent);
    assertEquals(await readExactly(conn, BYTES), sent);
  },
);
