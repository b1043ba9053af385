import { ConfigInvalid } from "../../../lib/config/config_invalid.ts";
import { parseRelayConfig } from "../../../lib/config/relay_config.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("a relay without a word of configuration has all that it needs", () => {
  assertEquals(parseRelayConfig("", "relay.yaml"), {
    name: null,
    listen: [{ host: "::", port: 7787 }],
    status: { host: "127.0.0.1", port: 7789 },
    metrics: null,
    udp: "on",
    timeouts: { handshake: 10_000, wait: 5_000 },
    limits: {
      parked: 8,
      connections: 1_024,
      bytesPerSecond: null,
      bytesPerMonth: null,
      pendingPerSource: 512,
      failuresPerSecond: 20,
      pending: 4_096,
    },
    log: { form: "text", level: "info" },
  });
});

Deno.test("every setting of a relay can be said", () => {
  const config = parseRelayConfig(
    `name: vps
listen: ["192.0.2.1:443", "[::1]:7787"]
udp: off
metrics: 0.0.0.0:9787
timeouts: { handshake: 2s, wait: 0s }
limits: { parked: 3, connections: 9, bytesPerSecond: 1MB, pendingPerSource: 4, failuresPerSecond: 5, pending: 6 }
log: { form: json }
`,
    "relay.yaml",
  );
  assertEquals(config.limits.bytesPerSecond, 1_000_000);
  assertEquals([config.name, config.log.form, config.listen.length], ["vps", "json", 2]);
  assertEquals(config.udp, "off");
  assertEquals(config.metrics, { host: "0.0.0.0", port: 9_787 });
  assertEquals(config.timeouts, { handshake: 2_000, wait: 0 });
  assertEquals([config.limits.parked, config.limits.connections], [3, 9]);
});

Deno.test("what a relay cannot do is said with its place", () => {
  const wrong = "limits: { parked: 65 }\nservices: { ssh: {} }\nudp: 7788\n";
  const { message } = assertThrows(() => parseRelayConfig(wrong, "relay.yaml"), ConfigInvalid);
  assertEquals(message.split("\n").map((line) => line.split(": ").slice(0, 2).join(": ")), [
    "relay.yaml:1: limits.parked",
    "relay.yaml:2: services",
    "relay.yaml:3: udp",
  ]);
});
