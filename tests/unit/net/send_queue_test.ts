import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { assert, assertEquals } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const isThere = Deno.build.os === "linux" && openLibc().kind === "available";
/** More than a system takes for an application that does not read, less than another one keeps. */
const BYTES = 1_000_000;

Deno.test({
  name: "what a peer does not read is unconfirmed until it does",
  ignore: !isThere,
  async fn() {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const signal = AbortSignal.timeout(10_000);
    const [near, far] = await Promise.all([
      dial({ host: "127.0.0.1", port: listener.port }, { kind: "any" }, { signal }),
      listener.accept(),
    ]);
    assert(far !== null);
    assertEquals(near.unconfirmedBytes?.(), 0);
    await near.write(new Uint8Array(BYTES));
    const kept = near.unconfirmedBytes?.() ?? 0;
    assert(kept > 0 && kept <= BYTES, `${kept}`);
    for (let read = 0; read < BYTES;) read += (await far.readNext())?.length ?? 0;
    while ((near.unconfirmedBytes?.() ?? 0) > 0) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    near.close();
    assertEquals(near.unconfirmedBytes?.(), 0);
    for (const end of [far, listener]) end.close();
  },
});
