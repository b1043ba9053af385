import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";

/** What has to be installed. */
export const WIREGUARD_PROGRAMS: readonly string[] = ["wireguard-go", "wg"];

/** Of the server; on the laptop the service is where `Pair.target` says. */
export const WIREGUARD_PORT = 25_820;
const NETWORK = "10.66.0";
/** The server inside of the tunnel. */
export const TUNNEL_SERVER = `${NETWORK}.1`;
/** Names of this process's own: wireguard-go has its sockets in one folder for all. */
const NAME = `wg${Deno.pid % 1_000_000}`;

/**
 * A tunnel of WireGuard between the laptop and the server, whose packets go to `endpoint` on the
 * laptop, and that offers a way to everywhere. Needs a lab that is made by root. Returns the name of
 * its interface on the laptop.
 */
export async function startWireguard(lab: Lab, endpoint: string, mtu = 1_200): Promise<string> {
  const [near, far] = [`${NAME}a`, `${NAME}b`];
  const { laptop, server } = lab;
  await makeDevice(laptop, near, { address: `${NETWORK}.2`, mtu });
  await makeDevice(server, far, { address: TUNNEL_SERVER, mtu });
  const [nearKey, farKey] = [await publicKey(laptop, near), await publicKey(server, far)];
  await server.configure(`wg set ${far} listen-port ${WIREGUARD_PORT}
wg set ${far} peer ${nearKey} allowed-ips ${NETWORK}.2/32`);
  await laptop.configure(`wg set ${near} peer ${farKey} endpoint ${endpoint} allowed-ips 0.0.0.0/0
ip route add default dev ${near} metric 50`);
  return near;
}

async function makeDevice(
  host: Host,
  name: string,
  { address, mtu }: { readonly address: string; readonly mtu: number },
): Promise<void> {
  host.start(["wireguard-go", "-f", name], { user: "admin" });
  await host.configure(`
for try in $(seq 200); do ip link show ${name} >/dev/null 2>&1 && break; sleep 0.05; done
umask 077
wg genkey > ${host.home}/${name}.key
for try in $(seq 100); do wg set ${name} private-key ${host.home}/${name}.key 2>/dev/null && break; sleep 0.05; done
ip addr add ${address}/24 dev ${name}
ip link set ${name} mtu ${mtu} up`);
}

async function publicKey(host: Host, name: string): Promise<string> {
  const { stdout } = await host.run(["wg", "show", name, "public-key"], { user: "admin" });
  return stdout.trim();
}
