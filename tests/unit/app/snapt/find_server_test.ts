import { findServer } from "../../../../lib/app/snapt/find_server.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { parseDestinationRule } from "../../../../lib/core/access/destination_rule.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const CONFIG = parseSnaptConfig(
  `
services:
  dns: { to: 127.0.0.1:53, protocol: udp }
  tftp: { to: 127.0.0.1:69, protocol: udp, from: anyPort }
`,
  "snapt.yaml",
);

Deno.test("a service says from which ports its server answers, its own where it says nothing", async () => {
  const places = await Promise.all(
    ["dns", "tftp"].map((name) => findServer(CONFIG, { kind: "service", name }, [])),
  );
  assertEquals(places.map(({ server, answersFrom }) => [server.key, answersFrom]), [
    ["127.0.0.1:53", "ownPort"],
    ["127.0.0.1:69", "anyPort"],
  ]);
});

Deno.test("a destination answers from its own port", async () => {
  const target = { kind: "destination", host: "127.0.0.1", port: 69 } as const;
  const found = await findServer(CONFIG, target, [parseDestinationRule("127.0.0.1:69")]);
  assertEquals([found.server.key, found.answersFrom], ["127.0.0.1:69", "ownPort"]);
});

Deno.test("a service that is not there is a mistake of ours", async () => {
  const target = { kind: "service", name: "other" } as const;
  await assertRejects(() => findServer(CONFIG, target, []), TypeError);
});
