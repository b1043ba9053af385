import { serverSettings } from "../../../../lib/app/snapt/server_settings_of.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { assertEquals } from "../../../assert.ts";

const of = (yaml: string) =>
  parseSnaptConfig(`services: { ssh: { to: 127.0.0.1:22 } }\n${yaml}`, "snapt.yaml");

Deno.test("limits and timeouts are those that hold at the moment, and never more than descriptors allow", () => {
  let config = of("limits: { streams: 7 }");
  let room: "some" | "none" = "some";
  const settings = serverSettings("home", () => config, {
    unswitchedStreams: 100,
    strangers: 20,
    hasRoom: () => room === "some",
  });
  const { limits, pending } = settings;
  assertEquals([limits.streams, settings.parkedPerClient, settings.sessions], [7, 263, 256]);
  config = of(
    "limits: { streams: 200, clients: 3, pending: 50, pendingPerSource: 40, ring: 32KiB }\n" +
      'timeouts: { handshake: 7s, switch: 2h, inactivity: 9s }\nbalancers: ["192.0.2.0/24"]\n',
  );
  assertEquals([limits.streams, settings.parkedPerClient, settings.sessions], [100, 356, 3]);
  assertEquals([limits.ringBytes, pending.pending, pending.pendingPerSource], [32_768, 20, 20]);
  assertEquals([settings.handshakeMs, settings.inactivityMs], [7_000, 9_000]);
  assertEquals([settings.switchTimeoutMs, pending.shared?.length], [7_200_000, 1]);
  room = "none";
  assertEquals(limits.streams, 0);
});
