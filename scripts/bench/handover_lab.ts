import { Lab } from "../../tests/lab/kit/lab.ts";
import type { LabProcess } from "../../tests/lab/kit/lab_process.ts";
import { PROVIDER_NETWORKS } from "../../tests/lab/kit/topology.ts";

/** The current network: 20 ms round trip, 100 Mbit/s; the other one: 60 ms, 30 Mbit/s. */
export const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 30 } };
/** What the round trips differ in: no change of network can hide it. */
export const DELAY_DIFFERENCE_MS = 40;
/** After an event the echo is watched for so long; what is not back by then counts as lost. */
export const WATCHED_MS = 5_000;
/** What is done happens so long after the watching began. */
const EVENT_AFTER_MS = 700;
const LIMIT_MS = 60_000;
const WIREGUARD_PORT = 51_820;
const TUNNEL = { laptop: "172.31.0.1", server: "172.31.0.2" } as const;

/** What happens to the network in use. */
export type CableEvent = "unplugged" | "silent";

/** Where an echo answers, and in which protocol. */
export interface EchoTarget {
  readonly protocol: "tcp" | "mptcp";
  readonly host: string;
  readonly port: number;
}

/** Starts an echo server of the benchmark's own on the server. */
export async function startEcho(lab: Lab, protocol: "tcp" | "mptcp", port: number): Promise<void> {
  const server = startProber(lab, "server", ["serve", protocol, `${port}`]);
  await server.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
}

/**
 * The longest time in ms between two arrivals of an echo while `event` happens; Infinity when
 * nothing came back, or the connection broke.
 */
export async function gapDuring(
  lab: Lab,
  { protocol, host, port }: EchoTarget,
  event: () => Promise<void>,
): Promise<number> {
  const argv = ["probe", protocol, host, `${port}`, `${WATCHED_MS}`];
  const prober = startProber(lab, "laptop", argv);
  await prober.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
  await new Promise((resolve) => setTimeout(resolve, EVENT_AFTER_MS));
  await event();
  const [line] = await prober.waitFor(/\{.*\}/, AbortSignal.timeout(LIMIT_MS));
  const { longest, silentFor, end } = JSON.parse(line);
  return end === "broken" || silentFor > WATCHED_MS / 2 ? Infinity : longest;
}

export async function happen(lab: Lab, event: CableEvent): Promise<void> {
  if (event === "unplugged") await lab.laptop.unplug("eth0");
  else await lab.wire("eth0").silence();
}

/** The network is as it was before `happen`. */
export async function restore(lab: Lab, event: CableEvent): Promise<void> {
  if (event === "unplugged") await lab.laptop.plug("eth0");
  else await lab.wire("eth0").restore();
}

/** MPTCP with a backup subflow over wlan0, as `ip mptcp` sets it up, with the routes it needs. */
export async function setUpMptcp(lab: Lab): Promise<void> {
  const { laptop, server } = lab;
  const own = laptop.address("wlan0");
  await server.configure("ip mptcp limits set subflow 4 add_addr_accepted 4");
  await laptop.configure(`ip mptcp limits set subflow 4 add_addr_accepted 4
ip mptcp endpoint add ${own} dev wlan0 subflow backup
ip rule add from ${own} table 102
ip route add default via ${PROVIDER_NETWORKS.wlan0.gateway} dev wlan0 table 102`);
}

/** A tunnel of wireguard-go between the laptop and the server of a lab of its own. */
export async function setUpWireguard(lab: Lab): Promise<EchoTarget> {
  const names = { laptop: `wgh${Deno.pid % 100_000}a`, server: `wgh${Deno.pid % 100_000}b` };
  const { laptop, server } = lab;
  const keys: Record<string, string> = {};
  for (const host of [laptop, server]) {
    const name = host === laptop ? names.laptop : names.server;
    host.start(["wireguard-go", "-f", name], { user: "admin", env: { LOG_LEVEL: "silent" } });
    const address = host === laptop ? TUNNEL.laptop : TUNNEL.server;
    await host.configure(`cd ${host.home}
umask 077; wg genkey > wg.key
for try in $(seq 100); do ip link show ${name} > /dev/null 2>&1 && break; sleep 0.05; done
ip addr add ${address}/24 dev ${name}
ip link set ${name} up mtu 1420`);
    const { stdout } = await host.run(["sh", "-c", `wg pubkey < ${host.home}/wg.key`], {
      user: "admin",
    });
    keys[host.name] = stdout.trim();
  }
  await server.configure(
    `wg set ${names.server} private-key ${server.home}/wg.key listen-port ${WIREGUARD_PORT} ` +
      `peer ${keys[laptop.name]} allowed-ips ${TUNNEL.laptop}/32`,
  );
  await laptop.configure(
    `wg set ${names.laptop} private-key ${laptop.home}/wg.key peer ${keys[server.name]} ` +
      `endpoint ${lab.serverAddress}:${WIREGUARD_PORT} allowed-ips ${TUNNEL.server}/32`,
  );
  const port = 7_302;
  await startEcho(lab, "tcp", port);
  return { protocol: "tcp", host: TUNNEL.server, port };
}

function startProber(lab: Lab, on: "laptop" | "server", args: readonly string[]): LabProcess {
  const script = new URL("./echo_prober.ts", import.meta.url).pathname;
  return lab[on].start([Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args]);
}
