import { createIdentity } from "../../../lib/config/identity.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { descriptors } from "../../../lib/net/descriptor_budget.ts";
import { deviceBinding } from "../../../lib/net/device_socket.ts";
import { dial, dialAddresses } from "../../../lib/net/dial.ts";
import type { Via } from "../../../lib/net/via.ts";
import { listenPlain, listenTls } from "../../../lib/net/listen.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withEnvironment } from "../../whole_process/environment.ts";
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
      const dialling = () =>
        dial({ host: "127.0.0.1", port: listener.port }, kind.via, {
          tls: { ca: own.certificatePem, serverName: null },
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
      try {
        await assertRejects(
          () => withEnvironment({ [SWITCH]: "0" }, dialling),
          ConnFailed,
          "its certificate is not the one of the ticket; it is another SNAPT",
        );
      } finally {
        listener.close();
        await serving;
      }
    },
  });
}

for (const count of [1, 2]) {
  Deno.test(`a dial of ${count} addresses fails as a connection when it is called off while it waits for room`, async () => {
    const address = { address: "127.0.0.1", family: 4 } as const;
    const calledOff = new AbortController();
    // For a moment nothing new is opened, as the system has just refused something.
    descriptors().noteRefusal(Object.assign(new Error("no descriptors"), { code: "EMFILE" }));
    const addresses = Array.from({ length: count }, () => address);
    const dialling = dialAddresses(addresses, 9, { kind: "any" }, { signal: calledOff.signal });
    calledOff.abort();
    const failure = await dialling.catch((error: unknown) => error);
    assert(failure instanceof ConnFailed, String(failure));
    assertEquals(failure.code, "closedHere");
  });
}

for (const kind of CONN_KINDS) {
  Deno.test({
    name: `${kind.name}: where nobody listens that is what is said`,
    ignore: kind.missing !== null,
    async fn() {
      const { certificatePem: ca } = await createIdentity();
      const listener = listenPlain({ host: "127.0.0.1", port: 0 });
      const { port } = listener;
      listener.close();
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const options = kind.security === "tls"
        ? { signal, tls: { ca, serverName: null } }
        : { signal };
      const failure = await assertRejects(
        () => dial({ host: "127.0.0.1", port }, kind.via, options),
        ConnFailed,
        "nobody listens there",
      );
      assertEquals(failure.code, "refused");
    },
  });
}

Deno.test(
  "a dial without a route that is called off fails as a connection, and nobody else hears",
  {
    ignore: deviceBinding().kind !== "available",
  },
  async () => {
    const calledOff = new AbortController();
    const elsewhere = [{ address: "192.0.2.1", family: 4 }] as const;
    const lo: Via = { kind: "device", device: "lo", addresses: ["127.0.0.1"] };
    const dialling = dialAddresses(elsewhere, 7787, lo, { signal: calledOff.signal });
    setTimeout(() => calledOff.abort(), 100); // the route is being looked for by then
    await assertRejects(() => dialling, ConnFailed, "192.0.2.1");
  },
);
