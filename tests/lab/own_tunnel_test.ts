/** WireGuard through a UDP service of ours: a network that leads over itself. */
import { assert, assertEquals } from "../assert.ts";
import type { ProviderSnapshot } from "../../lib/relay/decision/decision_snapshot.ts";
import { Lab } from "./kit/lab.ts";
import { findLabAbility, isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";
import {
  startWireguard,
  TUNNEL_SERVER,
  WIREGUARD_PORT,
  WIREGUARD_PROGRAMS,
} from "./programs/wireguard.ts";

const hasRoot = async () => {
  const ability = await findLabAbility();
  return ability.kind === "possible" && ability.modes.includes("root");
};
const ignore = await isLabMissing(WIREGUARD_PROGRAMS) || !await hasRoot();
const LIMIT_MS = 60_000;
const QUICK = "decision: { check: 200ms, search: 1s, stable: 6s }\n";

const NAMED = "providers: [{ match: vpn, priority: 1 }, { match: eth0, priority: 2 }]\n";

/** `way`: through the UDP service of the pair, or straight to the server. */
async function startScenario(lab: Lab, cnaptYaml: string, way: "service" | "direct" = "service") {
  await startEchoServer(lab);
  await lab.laptop.unplug("wlan0");
  const pair = await Pair.start(lab, {
    services: {},
    datagramServices: { wireguard: WIREGUARD_PORT },
    cnaptYaml,
  });
  const { host, port } = way === "service"
    ? pair.target("wireguard")
    : { host: lab.serverAddress, port: WIREGUARD_PORT };
  // The packets of the tunnel must not go into it.
  await lab.laptop.configure(`ip route add ${lab.serverAddress}/32 via 10.1.0.1 dev eth0`);
  const tunnel = await startWireguard(lab, `${host}:${port}`);
  // A conversation through the tunnel, all the time.
  const client = await startGapClient(lab, { host: TUNNEL_SERVER, port: ECHO_PORT });
  const keys = async () => {
    const { stdout } = await pair.run("cnapt", ["providers", "--json"]);
    const rows: readonly ProviderSnapshot[] = JSON.parse(stdout).sites.home.providers;
    return rows.map(({ candidate }) => candidate.key);
  };
  return { pair, tunnel, client, keys };
}

Deno.test("a VPN that nobody named is no network beside another", { ignore }, async () => {
  await using lab = await Lab.create({ mode: "root" });
  const { pair, client, keys } = await startScenario(lab, QUICK);
  await pair.run("cnapt", ["providers", "--probe"]);
  assertEquals(await keys(), ["eth0"]);
  const { provider, switches } = await pair.status();
  assertEquals([provider, switches.length], ["eth0", 0]);
  await client.finish();
});

Deno.test("a VPN through our own service is found out although it was named first", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ mode: "root" });
  const { pair, tunnel, client, keys } = await startScenario(lab, QUICK + NAMED);
  await pair.cnapt.waitFor(/own-tunnel .*service=wireguard/, AbortSignal.timeout(LIMIT_MS));
  assertEquals(await keys(), ["eth0"]);
  await pair.run("cnapt", ["providers", "--probe"]);
  const { provider, switches } = await pair.status();
  assertEquals([provider, switches.length], ["eth0", 0], JSON.stringify(switches));
  // Even when it is all that is left.
  await lab.laptop.unplug("eth0");
  await pair.cnapt.waitFor(/no-network/, AbortSignal.timeout(LIMIT_MS));
  await lab.laptop.plug("eth0");
  await pair.waitUntilOn("eth0");
  await client.finish();
  assert(!(await keys()).includes(tunnel));
});

Deno.test("a VPN that was named and goes its own way is used", { ignore }, async () => {
  await using lab = await Lab.create({ mode: "root" });
  const { pair, tunnel, client } = await startScenario(lab, QUICK + NAMED, "direct");
  await pair.waitUntil(({ provider }) => provider === tunnel);
  await client.finish();
});

Deno.test("a VPN that nobody named is used where no other network leads to SNAPT, and left again", {
  ignore: ignore || await isLabMissing(["nft"]),
}, async () => {
  await using lab = await Lab.create({ mode: "root" });
  const { pair, tunnel, client } = await startScenario(lab, QUICK, "direct");
  await pair.cnapt.stop();
  await lab.server.configure(`nft add table inet lab
nft add chain inet lab input '{ type filter hook input priority 0; }'
nft add rule inet lab input iifname eth0 tcp dport 7787 drop`);
  await pair.startCnapt({ isAlone: true });
  await pair.waitUntil(({ provider }) => provider === tunnel);
  await client.finish();
  await lab.server.configure("nft delete table inet lab");
  await pair.waitUntilOn("eth0");
});
