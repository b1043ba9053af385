/** Switches to a network on which links are parked already, and one of them is taken for control. */
import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

const OTHER = { key: "b", via: { kind: "address", address: "127.0.0.3" } } as const;

for (const security of ["none", "tls"] as const) {
  for (const shape of ["strict", "overlapped"] as const) {
    Deno.test(`a link parked beforehand carries a ${shape} switch with security ${security}`, async () => {
      await using server = echo();
      await using pair = await LoopbackPair.connected(server.port, { security });
      using conn = await pair.connect();
      for (let link = 0; link < 2; link++) {
        await pair.site.standby.probe(OTHER, 2, 10_000, new AbortController().signal);
      }
      assertEquals(pair.site.standby.countOn("b"), 2);
      const { kind, to, reason } = await pair.switchTo("b", shape);
      assertEquals([kind, to, reason], [shape, "b", "test"]);
      await writeAll(conn, pattern(1_000));
      assertEquals(await readExactly(conn, 1_000), pattern(1_000));
    });
  }
}
