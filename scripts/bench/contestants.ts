import type { Lab } from "../../tests/lab/kit/lab.ts";
import { findProgram } from "../../tests/lab/kit/lab_mode.ts";
import { Pair } from "../../tests/lab/kit/pair.ts";
import type { RelayedHome } from "../../tests/lab/scenarios/relayed_home.ts";
import { PROVIDER_NETWORKS } from "../../tests/lab/kit/topology.ts";
import { type Contestant, OTHER, startEcho, USED } from "./contestant.ts";

const OWN_PORT = 7_100;
const MPTCP_PORT = 7_101;
const TCP_PORT = 7_102;
const WIREGUARD_PORT = 51_820;
const INNER = { laptop: "198.18.0.1", server: "198.18.0.2" } as const;
/** Names of this process's own: wireguard-go has its sockets in one folder for all. */
const TUNNELS = {
  laptop: `wgh${Deno.pid % 100_000}a`,
  server: `wgh${Deno.pid % 100_000}b`,
} as const;

/** CNAPT and SNAPT, TLS, as `cnapt join` leaves them but for the sensitivity. */
export async function ownContestant(
  lab: Lab,
  sensitivity: "normal" | "fast",
): Promise<Contestant> {
  await startEcho(lab, "tcp", OWN_PORT);
  const pair = await Pair.start(lab, {
    services: { echo: OWN_PORT },
    cnaptYaml: `decision: { sensitivity: ${sensitivity} }\n`,
  });
  return await paired(`ours, ${sensitivity}`, lab, pair);
}

/** The same, SNAPT behind two NATs and reached by a relay. */
export async function relayedContestant(world: RelayedHome): Promise<Contestant> {
  const { lab, home } = world;
  await startEcho(lab, "tcp", OWN_PORT, home);
  return await paired(
    "ours, by a relay",
    lab,
    await world.startPair({ services: { echo: OWN_PORT } }),
  );
}

async function paired(name: string, lab: Lab, pair: Pair): Promise<Contestant> {
  const goTo = async (name: typeof USED | typeof OTHER) => {
    await pair.waitUntil(({ state }) => state === "connected");
    await pair.switchTo(name);
  };
  await goTo(USED).catch(() => {}); // it is there already, as a rule
  return {
    name,
    lab,
    ...pair.target("echo"),
    protocol: "tcp",
    leave: () => goTo(OTHER),
    comeBack: () => goTo(USED),
  };
}

/** MPTCP of the kernel: the other network is a backup subflow. */
export async function mptcpContestant(lab: Lab): Promise<Contestant> {
  const { laptop, server } = lab;
  await server.configure("ip mptcp limits set subflows 4 add_addr_accepted 4");
  await laptop.configure(`
ip mptcp limits set subflows 4 add_addr_accepted 4
ip mptcp endpoint add ${laptop.address(USED)} dev ${USED} id 1 subflow
ip mptcp endpoint add ${laptop.address(OTHER)} dev ${OTHER} id 2 subflow backup`);
  await startEcho(lab, "mptcp", MPTCP_PORT);
  return {
    name: "MPTCP with a backup subflow",
    lab,
    host: lab.serverAddress,
    port: MPTCP_PORT,
    protocol: "mptcp",
    leave: () =>
      laptop.configure(`
ip mptcp endpoint change id 2 nobackup
ip mptcp endpoint change id 1 backup`),
    comeBack: () =>
      laptop.configure(`
ip mptcp endpoint change id 1 nobackup
ip mptcp endpoint change id 2 backup`),
    check: ({ furtherSubflows }) => {
      if (furtherSubflows === null || furtherSubflows < 1) {
        throw new Error("Cannot measure MPTCP: the connection has no backup subflow");
      }
    },
  };
}

/**
 * A tunnel of WireGuard in user space; a script of its user changes the route when something
 * happens, and names the peer's endpoint again: wireguard-go goes on sending from the address at
 * which it heard something last, also when that is gone.
 */
export async function wireguardContestant(lab: Lab): Promise<Contestant> {
  const programs = await Promise.all(["wireguard-go", "wg"].map(findProgram));
  if (programs.includes(null)) throw new Error("Cannot measure WireGuard: not installed");
  const keys = { laptop: "", server: "" };
  for (const end of ["laptop", "server"] as const) {
    const name = TUNNELS[end];
    lab[end].start(["wireguard-go", "-f", name], { user: "admin" });
    await lab[end].configure(`
umask 077; wg genkey > ${lab[end].home}/wg.key
for try in $(seq 100); do test -S /var/run/wireguard/${name}.sock && break; sleep 0.05; done
ip addr add ${INNER[end]}/24 dev ${name}
ip link set ${name} up`);
    const { stdout } = await lab[end].run(["sh", "-c", "wg pubkey < wg.key"], { user: "admin" });
    keys[end] = stdout.trim();
  }
  const endpoint = `peer ${keys.server} endpoint ${lab.serverAddress}:${WIREGUARD_PORT}`;
  const peers = { laptop: endpoint, server: `peer ${keys.laptop}` };
  for (const end of ["laptop", "server"] as const) {
    const other = end === "laptop" ? "server" : "laptop";
    await lab[end].configure(`
wg set ${TUNNELS[end]} private-key ${lab[end].home}/wg.key listen-port ${WIREGUARD_PORT} \\
  ${peers[end]} allowed-ips ${INNER[other]}/32`);
  }
  return {
    ...routed(lab, `wg set ${TUNNELS.laptop} ${endpoint}`),
    name: "wireguard-go, rerouted by a script at once",
    host: INNER.server,
    port: TCP_PORT,
  };
}

/** A connection of the kernel, with nothing that could help it. */
export function tcpContestant(lab: Lab): Contestant {
  return { ...routed(lab), name: "plain TCP", host: lab.serverAddress, port: TCP_PORT };
}

/** The echo that `wireguardContestant` and `tcpContestant` share. */
export function startTcpEcho(lab: Lab): Promise<void> {
  return startEcho(lab, "tcp", TCP_PORT);
}

/** Who knows of no networks is told by a route, and by `more` lines, when something has happened. */
function routed(
  lab: Lab,
  more = "",
): Pick<Contestant, "lab" | "protocol" | "leave" | "help" | "comeBack"> {
  const route = `${lab.serverAddress}/32 via ${PROVIDER_NETWORKS[OTHER].gateway} dev ${OTHER}`;
  const leave = () => lab.laptop.configure(`ip route replace ${route}\n${more}`);
  return {
    lab,
    protocol: "tcp",
    leave,
    help: leave,
    comeBack: () => lab.laptop.configure(`ip route del ${route}\n${more}`),
  };
}
