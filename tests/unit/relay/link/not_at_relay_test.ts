import { createIdentity } from "../../../../lib/config/identity.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { dial } from "../../../../lib/net/dial.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../lib/net/listen.ts";
import { NotAtRelay, orNotAtRelay } from "../../../../lib/relay/link/not_at_relay.ts";
import { turnAway } from "../../../../lib/relay/own_relay/turn_away.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

openLibc(); // opened once for all tests: it is never closed

const { certificatePem } = await createIdentity();

/** Asks a relay that has nobody for a name. */
async function askFor(serverName: string): Promise<void> {
  const listener = listenPlain({ host: "127.0.0.1", port: 0, setting: "listen" }, "link");
  const relay = (async () => {
    const conn = await listener.accept();
    if (conn === null) return;
    await conn.readNext();
    await turnAway(conn);
  })();
  try {
    const tls = { ca: certificatePem, serverName };
    const target = { host: "127.0.0.1", port: listener.port };
    const signal = AbortSignal.timeout(10_000);
    await orNotAtRelay(dial(target, { kind: "any" }, { signal, tls }), tls);
  } finally {
    await relay;
    listener.close();
  }
}

Deno.test("a relay that answers for nobody is told from TLS that fails", async () => {
  const absent = await assertRejects(() => askFor("4a64wqnkgx1s26fj.snapt.internal"), NotAtRelay);
  assertEquals(absent.code, "unserved");
});

Deno.test("who asks for a name that is none of a relay hears nothing of relays", async () => {
  const failure = await assertRejects(() => askFor("www.example.org"), ConnFailed);
  assertEquals([failure.code, failure instanceof NotAtRelay], ["unserved", false]);
});
