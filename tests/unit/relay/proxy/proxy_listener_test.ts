import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../lib/net/listen.ts";
import { ProxyListener } from "../../../../lib/relay/proxy/proxy_listener.ts";
import { ProxyRefusal } from "../../../../lib/relay/proxy/proxy_request.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";
import { TestLog } from "../../../test_log.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

Deno.test("a mistake in serving one request costs its connection and no other", {
  ignore: lacks("resets", "mistakes in serving a request"),
}, async () => {
  const log = new TestLog();
  const goodbye = new TextEncoder().encode("no");
  const listener = new ProxyListener(listenPlain({ host: "127.0.0.1", port: 0 }), {
    negotiate: async (conn) => {
      const first = new Uint8Array(1);
      await conn.read(first);
      if (first[0] === 0) throw new TypeError("Cannot go on: a bug");
      throw new ProxyRefusal("it is not wanted", goodbye);
    },
    findSite: () => {
      throw new Error("nobody asks for a site");
    },
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  }).start();
  const ask = async (byte: number) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
    await conn.write(Uint8Array.of(byte));
    const answer = new Uint8Array(8);
    const count = await conn.read(answer);
    return answer.slice(0, count ?? 0);
  };
  try {
    await assertRejects(() => ask(0), Deno.errors.ConnectionReset);
    assertEquals(await ask(1), goodbye);
    assert(log.lines.some((line) => line.includes("Cannot go on: a bug")), log.lines.join("\n"));
  } finally {
    await listener.close();
  }
});
