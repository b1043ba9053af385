/** A machine on which an interface goes at the wrong moment, or whose clock is wrong. */
import { LinkDialer } from "../../lib/relay/link/link_dialer.ts";
import { ParkedLinks } from "../../lib/relay/link/parked_links.ts";
import { StandbyLinks } from "../../lib/relay/link/standby_links.ts";
import { deviceBinding } from "../../lib/net/device_socket.ts";
import { TestLog } from "../test_log.ts";
import { testTasks } from "../test_tasks.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { KEY } from "./kit/loopback_snapt.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

const GONE = {
  "a device": { kind: "device", device: "gone7", addresses: ["127.0.0.2"] },
  "an address": { kind: "address", address: "192.0.2.77" },
} as const;

for (const [what, via] of Object.entries(GONE)) {
  const ignore = via.kind === "device" && deviceBinding().kind !== "available";
  if (ignore) console.log("SKIPPED a device that is gone: sockets cannot be bound to one here");
  Deno.test(
    `${what} that goes between listing and binding is told as gone`,
    { ignore },
    async () => {
      await using server = echo();
      await using pair = await LoopbackPair.connected(server.port);
      const credentials = { id: new Uint8Array(16).fill(1), key: KEY };
      const endpoint = { host: "127.0.0.1", port: pair.port, credentials, tls: null };
      const tasks = testTasks();
      const standby = new StandbyLinks({
        dialer: new LinkDialer({ endpoint, tasks }),
        parked: new ParkedLinks({ tasks, log: new TestLog() }),
        tasks,
      });
      const stopping = new AbortController();
      const probed = await standby.probe({ key: "gone", via }, 2, 5_000, stopping.signal);
      stopping.abort();
      assertEquals(probed, {
        reach: { kind: "silent", detail: "its address is gone" },
        roundTripMs: null,
      });
      assertEquals(standby.count, 0);
      standby.close();
    },
  );
}

for (const year of ["1970-01-02", "2000-01-01", "2100-01-01"]) {
  Deno.test(`a clock that jumps to ${year} disturbs neither connections nor switches`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { security: "tls" });
    using conn = await pair.connect();
    const now = Date.now;
    const shift = now() - Date.parse(year);
    try {
      Date.now = () => now() - shift;
      await writeAll(conn, pattern(1_000));
      assertEquals(await readExactly(conn, 1_000), pattern(1_000));
      for (const shape of ["overlapped", "strict"] as const) {
        const to = pair.site.provider === "a" ? "b" : "a";
        const receipt = await pair.switchTo(to, shape);
        assertEquals(receipt.outcome, "switched");
        assert(receipt.totalMs >= 0 && receipt.totalMs < 60_000, `${receipt.totalMs} ms`);
      }
      pair.loseProvider();
      await pair.until(() => pair.receipts.length === 3);
      Date.now = now; // and back again
      await writeAll(conn, pattern(1_000));
      assertEquals(await readExactly(conn, 1_000), pattern(1_000));
    } finally {
      Date.now = now;
    }
  });
}
