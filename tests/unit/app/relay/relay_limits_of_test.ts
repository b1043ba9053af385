import { servedLimits, strangerLimits } from "../../../../lib/app/relay/relay_limits_of.ts";
import { changeOfRelay } from "../../../../lib/config/relay_change.ts";
import { parseRelayConfig } from "../../../../lib/config/relay_config.ts";
import { assertEquals } from "../../../assert.ts";

const parse = (text: string) => parseRelayConfig(text, "relay.yaml");

Deno.test("limits are what the configuration says at each moment", () => {
  let config = parse("limits: { parked: 3, bytesPerSecond: 1MB }");
  const served = servedLimits(() => config);
  const strangers = strangerLimits(() => config, 100);
  assertEquals([served.parked, served.bytesPerSecond, served.waitMs], [3, 1_000_000, 5_000]);
  assertEquals([strangers.pending, strangers.pendingPerSource], [100, 100]);
  config = parse(
    "limits: { connections: 7, pending: 50, pendingPerSource: 9 }\ntimeouts: { wait: 1s }",
  );
  assertEquals([served.parked, served.connections, served.bytesPerSecond, served.waitMs], [
    8,
    7,
    null,
    1_000,
  ]);
  assertEquals([strangers.pending, strangers.pendingPerSource], [50, 9]);
});

Deno.test("a running relay takes limits, timeouts and its log, and keeps where it listens", () => {
  const wanted = parse(
    "name: vps2\nlisten: 127.0.0.1:7\nstatus: off\nlog: debug\n" +
      "limits: { bytesPerMonth: 1GB }\ntimeouts: { wait: 1s }",
  );
  const { config, applied, needsRestart } = changeOfRelay(parse(""), wanted);
  assertEquals(applied, [
    "timeouts.wait: changed",
    "limits.bytesPerMonth: changed",
    "log.level: changed",
  ]);
  assertEquals(needsRestart, ["name", "listen", "status"]);
  assertEquals([config.limits.bytesPerMonth, config.listen[0]?.port], [1_000_000_000, 7787]);
});
