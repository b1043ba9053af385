import { dial } from "../../../lib/net/dial.ts";
import { assert, assertEquals } from "../../assert.ts";
import { CONN_KINDS } from "./kit/conn_pair.ts";
import { type ClientHello, TlsTap } from "./kit/tls_tap.ts";

const PATIENCE_MS = 10_000;
/** What would tell that a connection is by the same client as an earlier one. */
const PRE_SHARED_KEY = 41;
const SESSION_TICKET = 35;
const ALPN = 16;

for (const kind of CONN_KINDS.filter(({ security }) => security === "tls")) {
  const ignore = kind.missing !== null;
  const helloes = async (...names: readonly (string | null)[]): Promise<readonly ClientHello[]> => {
    await using tap = await TlsTap.open();
    for (const serverName of names) {
      const conn = await dial({ host: "127.0.0.1", port: tap.port }, kind.via, {
        tls: { ca: tap.certificatePem, serverName },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      assertEquals((await conn.readNext())?.length, 1);
      conn.close();
    }
    return tap.seen;
  };

  Deno.test({
    name: `${kind.name}: whoever is on the way reads no name unless one is asked for`,
    ignore,
    fn: async () => {
      const seen = await helloes(null, "www.example.org", "abc.snapt.internal");
      assertEquals(seen.map(({ serverName }) => serverName), [
        null,
        "www.example.org",
        "abc.snapt.internal",
      ]);
    },
  });

  Deno.test({
    name: `${kind.name}: nothing in the clear says that two connections are by one client`,
    ignore,
    fn: async () => {
      const [first, second] = await helloes(null, null);
      assertEquals(second, first);
      for (const kind of [PRE_SHARED_KEY, SESSION_TICKET, ALPN]) {
        assert(second?.extensions.includes(kind) === false, `extension ${kind}`);
      }
    },
  });
}
