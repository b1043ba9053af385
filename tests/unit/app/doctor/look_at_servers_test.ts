import { lookAtServers } from "../../../../lib/app/doctor/look_at_servers.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../../assert.ts";

// The library is loaded once and stays: no test leaks it.
openLibc();

Deno.test("a server that accepts connections is well, one that is not there fails, UDP is not tried", async () => {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const { services } = parseSnaptConfig(
    `services:
  there: { to: "127.0.0.1:${server.addr.port}" }
  gone: { to: "127.0.0.1:${port}" }
  dns: { to: 127.0.0.1:53, protocol: udp }
`,
    "snapt.yaml",
  );
  const [there, absent, udp] = await lookAtServers(services);
  assertEquals([there?.level, absent?.level, udp?.level], ["ok", "fails", "ok"]);
  assert(absent?.text.includes("nobody listens there"), absent?.text);
  assert(absent?.remedy.includes("gone: { to: "), absent?.remedy);
  assert(udp?.text.includes("not tried"), udp?.text);
});
