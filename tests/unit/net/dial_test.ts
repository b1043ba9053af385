import { createIdentity } from "../../../lib/config/identity.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { listenTls } from "../../../lib/net/listen.ts";
import { assertRejects } from "../../assert.ts";
import { CONN_KINDS } from "./kit/conn_pair.ts";

const PATIENCE_MS = 10_000;
const SWITCH = "NODE_TLS_REJECT_UNAUTHORIZED";

for (const kind of CONN_KINDS.filter(({ security }) => security === "tls")) {
  Deno.test({
    name: `${kind.name}: another certificate is refused, whatever the environment says`,
    ignore: kind.missing !== null,
    async fn() {
      const [own, other] = [await createIdentity(), await createIdentity()];
      const listener = listenTls({ host: "127.0.0.1", port: 0 }, {
        cert: other.certificatePem,
        key: other.privateKeyPem,
      });
      const serving = (async () => {
        for (let conn = await listener.accept(); conn !== null; conn = await listener.accept()) {
          await conn.handshake?.().catch(() => {}); // refusing it is what the test is about
          conn.close();
        }
      })();
      Deno.env.set(SWITCH, "0");
      try {
        await assertRejects(() =>
          dial({ host: "127.0.0.1", port: listener.port }, kind.via, {
            tls: { ca: own.certificatePem, serverName: null },
            signal: AbortSignal.timeout(PATIENCE_MS),
          }), ConnFailed);
      } finally {
        Deno.env.delete(SWITCH);
        listener.close();
        await serving;
      }
    },
  });
}
