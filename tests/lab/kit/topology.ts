import type { Host } from "./host.ts";

/** The two ways of the laptop to the Internet. */
export const LAPTOP_INTERFACES = ["eth0", "wlan0"] as const;
export type LaptopInterface = typeof LAPTOP_INTERFACES[number];

/** The names of the wires, and the interface of the laptop that each is plugged into. */
export const WIRES = { a: "eth0", b: "wlan0" } as const satisfies Record<string, LaptopInterface>;
export type WireName = keyof typeof WIRES;

/**
 * A network that a provider lends its customer; the addresses are from ranges that no real network
 * uses, so that a mistake cannot reach one.
 */
export interface ProviderNetwork {
  /** The first three numbers of its addresses; the provider's own ends in .1. */
  readonly prefix: string;
  readonly gateway: string;
  /** Of the laptop's default route over it: the lower one wins, as Ethernet does over Wi-Fi. */
  readonly metric: number;
  /** The network between the provider and the Internet; the Internet's end is .1. */
  readonly uplinkPrefix: string;
}

/** What each interface of the laptop is connected to. */
export const PROVIDER_NETWORKS: Readonly<Record<LaptopInterface, ProviderNetwork>> = {
  eth0: { prefix: "10.1.0", gateway: "10.1.0.1", metric: 100, uplinkPrefix: "192.0.2" },
  wlan0: { prefix: "10.2.0", gateway: "10.2.0.1", metric: 600, uplinkPrefix: "198.51.100" },
};

/** The server, on the far side of the Internet. */
export const SERVER_ADDRESS = "203.0.113.10";
const SERVER_GATEWAY = "203.0.113.1";

/** All computers of a lab. */
export interface Hosts {
  readonly laptop: Host;
  readonly providers: Readonly<Record<LaptopInterface, Host>>;
  readonly internet: Host;
  readonly server: Host;
}

/**
 * Connects everything but the laptop's interfaces, which are plugged in separately:
 *
 *     laptop eth0  ── wire a ── provider A ──┐
 *                                            ├── internet ── server
 *     laptop wlan0 ── wire b ── provider B ──┘
 *
 * The providers drop what does not come from their own customers (strict reverse path filter, RFC
 * 3704), so that a packet with one provider's address that leaves by the other's wire is lost.
 */
export async function connectHosts(hosts: Hosts): Promise<void> {
  const { laptop, providers, internet, server } = hosts;
  await internet.configure(`
sysctl -qw net.ipv4.ip_forward=1
ip link add name server type veth peer name eth0 netns ${server.namespace.pid}
ip addr add ${SERVER_GATEWAY}/24 dev server
ip link set server up
${
    LAPTOP_INTERFACES.map((name) => {
      const { prefix, uplinkPrefix } = PROVIDER_NETWORKS[name];
      return `ip link add name ${name} type veth peer name uplink netns ${
        providers[name].namespace.pid
      }
ip addr add ${uplinkPrefix}.1/24 dev ${name}
ip link set ${name} up
ip route add ${prefix}.0/24 via ${uplinkPrefix}.2`;
    }).join("\n")
  }`);
  await Promise.all([
    // Several ways to one destination need a loose filter, as distributions set it.
    laptop.configure(
      "sysctl -qw net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.default.rp_filter=2",
    ),
    server.configure(`
ip addr add ${SERVER_ADDRESS}/24 dev eth0
ip link set eth0 up
ip route add default via ${SERVER_GATEWAY}`),
    ...LAPTOP_INTERFACES.map((name) => connectProvider(providers[name], PROVIDER_NETWORKS[name])),
  ]);
}

async function connectProvider(provider: Host, network: ProviderNetwork): Promise<void> {
  await provider.configure(`
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.lan.rp_filter=1
ip addr add ${network.gateway}/24 dev lan
ip link set lan up
ip addr add ${network.uplinkPrefix}.2/24 dev uplink
ip link set uplink up
ip route add default via ${network.uplinkPrefix}.1`);
}
