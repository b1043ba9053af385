import type { Host } from "./host.ts";

/** How a further host is connected: by a cable of its own to one that is there. */
export interface HostLink {
  /** The host at the other end, which becomes its gateway; it forwards packets from then on. */
  readonly behind: Host;
  /** The interface of that host, and its address there. */
  readonly interface: string;
  readonly gateway: string;
  /** The address of the new host; its own interface is `eth0`. */
  readonly address: string;
}

/**
 * Lays the cable. Addresses stand alone (/32), with a route for each, so that several cables of
 * one host make one network: the addresses of a LAN can be like those of a switch's ports.
 */
export async function connectHost(host: Host, link: HostLink): Promise<void> {
  const { behind, gateway, address } = link;
  await behind.configure(`
sysctl -qw net.ipv4.ip_forward=1
ip link add name ${link.interface} type veth peer name eth0 netns ${host.namespace.pid}
ip addr add ${gateway}/32 dev ${link.interface}
ip link set ${link.interface} up
ip route add ${address}/32 dev ${link.interface} src ${gateway}`);
  await host.configure(`
ip addr add ${address}/32 dev eth0
ip link set eth0 up
ip route add ${gateway}/32 dev eth0
ip route add default via ${gateway}`);
}
