import { describeProvider } from "../../../../lib/app/commands/describe_provider.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { assertEquals } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";

const FILE = new URL("../../../config/valid/cnapt-everything.yaml", import.meta.url);

Deno.test("cnapt check says what it takes each provider for, and none of its commands", {
  ignore: lacks("unixSockets", "the providers of cnapt-everything.yaml"),
}, async () => {
  const { providers } = parseCnaptConfig(await Deno.readTextFile(FILE), "cnapt.yaml");
  assertEquals(providers?.map(describeProvider), [
    "provider eth0: eth0",
    "provider wifi: wlan0",
    "provider 192.0.2.9: 192.0.2.9",
    "provider lte: wwan0, connected by a command within 60000 ms, " +
    "closed by a command within 5000 ms, through a VPN (tun0) that is closed before it, " +
    "only for ssh, destinations",
    "provider every cellular interface: every cellular interface, priority 7, cost 2.5, " +
    "only after somebody says yes",
  ]);
});
