import { openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { CnaptAddress } from "../../../../lib/relay/datagram/cnapt_address.ts";
import { assertEquals } from "../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

Deno.test("an unproven address is asked for its proof now and then, a proven one never", async () => {
  const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: () => {},
    notSent: () => {},
  });
  try {
    const peer = endpointOf("192.0.2.1", 9);
    const address = new CnaptAddress({ key: "a path", peer, socket });
    assertEquals([0, 99, 100, 199].map((now) => address.shouldAsk(now)), [
      true,
      false,
      true,
      false,
    ]);
    assertEquals(address.proof.answered(address.proof.token), true);
    assertEquals(address.shouldAsk(1_000), false);
  } finally {
    await socket.close();
  }
});
