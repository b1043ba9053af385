import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";

/**
 * A further server somewhere on the Internet of the lab, in a network of its own (one of those for
 * benchmarks, RFC 2544). Its ordinary user may use all ports.
 */
export async function addInternetServer(
  lab: Lab,
  name: string,
  network: number,
): Promise<{ readonly host: Host; readonly address: string }> {
  const address = `198.18.${network}.10`;
  const host = await lab.addHost(name, {
    behind: lab.hosts.internet,
    interface: name,
    gateway: `198.18.${network}.1`,
    address,
  });
  await host.configure("sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
  return { host, address };
}
