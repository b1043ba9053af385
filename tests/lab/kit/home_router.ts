import type { Host } from "./host.ts";
import type { Lab } from "./lab.ts";
import type { LabProcess } from "./lab_process.ts";

/** What the router asks no question about: a real public network, as miniupnpd insists on. */
const OUTER_PREFIX = "20.30.40";
const INNER_PREFIX = "192.168.7";
/** Nobody's yet, of what is given out for the Internet. */
const INNER_IPV6 = "2a00:7:1:1";
const START_LIMIT_MS = 10_000;

/** What of the home network is kept from asking: everything but these. */
export type Asks = "pcp" | "nat-pmp" | "upnp";

/**
 * A home router with miniupnpd, between the lab's Internet and a home network:
 *
 *     internet ── 20.30.40.5 router 192.168.7.1 ── homes at 192.168.7.2 and up
 */
export class HomeRouter {
  readonly gateway = `${INNER_PREFIX}.1`;
  outer = `${OUTER_PREFIX}.5`;
  readonly #lab: Lab;
  readonly #host: Host;
  readonly #homes: Host[] = [];
  #daemon: LabProcess;

  private constructor(lab: Lab, host: Host, daemon: LabProcess) {
    this.#lab = lab;
    this.#host = host;
    this.#daemon = daemon;
  }

  static async create(lab: Lab): Promise<HomeRouter> {
    const { internet } = lab.hosts;
    const gateway = `${OUTER_PREFIX}.1`;
    const address = `${OUTER_PREFIX}.5`;
    const host = await lab.addHost("router", {
      ...{ behind: internet, interface: "home", gateway, address },
    });
    await host.configure(SETUP);
    await host.run(["tee", `${host.home}/miniupnpd.conf`], { input: CONFIGURATION });
    return new HomeRouter(lab, host, await startDaemon(host));
  }

  /** A computer at home, which can ask in one way only. */
  async addHome(name: string, asks: Asks): Promise<Host> {
    const address = `${INNER_PREFIX}.${this.#homes.length + 2}`;
    const port = `port${this.#homes.length}`;
    const home = await this.#lab.addHost(name, {
      ...{ behind: this.#host, interface: port, gateway: this.gateway, address },
    });
    this.#homes.push(home);
    await this.#host.configure(`
ip addr flush dev ${port}
ip link set ${port} master lan
nft add rule inet home asked ip saddr ${address} ${REFUSED[asks]}`);
    return home;
  }

  /** Gives a home an address of IPv6, which only a firewall is before. */
  async addIpv6(home: Host): Promise<string> {
    const address = `${INNER_IPV6}::2`;
    const { stdout } = await this.#host.run(["ip", "-6", "addr", "show", "dev", "lan"]);
    const own = /fe80:[0-9a-f:]+/.exec(stdout)?.[0] ?? "";
    await home.configure(`
sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.accept_dad=0
ip addr add ${address}/64 dev eth0 nodad
ip route add default via ${own} dev eth0`);
    return address;
  }

  /** Whether its firewall lets TCP in to an address of IPv6. */
  async letsIn(address: string): Promise<boolean> {
    const args = ["nft", "list", "chain", "inet", "filter", "miniupnpd"];
    const { stdout } = await this.#host.run(args, { user: "admin" });
    const digits = address.replace("::", `:${"0000:".repeat(3)}`).split(":")
      .map((group) => group.padStart(4, "0")).join("");
    return stdout.includes(digits.replace(/^0+/, ""));
  }

  /** Ends miniupnpd with all that it has mapped, as when the power is cut. */
  async cut(): Promise<void> {
    await this.#daemon.stop();
    const chains = ["miniupnpd", "prerouting_miniupnpd", "postrouting_miniupnpd"];
    await this.#host.configure(
      chains.map((name) => `nft flush chain inet filter ${name}`).join("\n"),
    );
  }

  /** Starts it again; returns when it answers. */
  async restart(): Promise<void> {
    this.#daemon = await startDaemon(this.#host);
  }

  /** The provider gives it another address. */
  async move(): Promise<void> {
    const before = this.outer;
    this.outer = `${OUTER_PREFIX}.6`;
    await this.#lab.hosts.internet.configure(`ip route add ${this.outer}/32 dev home`);
    await this.#host.configure(`
ip addr add ${this.outer}/32 dev eth0
ip addr del ${before}/32 dev eth0`);
  }

  /** The ports that it leads to homes, as `tcp 7787`, in their order. */
  async mapped(): Promise<readonly string[]> {
    const args = ["nft", "-j", "list", "chain", "inet", "filter", "prerouting_miniupnpd"];
    const { stdout } = await this.#host.run(args, { user: "admin" });
    const ports = [...stdout.matchAll(/"field": "dport"\}\}, "right": (\d+)/g)];
    return ports.map(([, port = ""]) => port).sort();
  }
}

const REFUSED: Readonly<Record<Asks, string>> = {
  pcp: "udp dport 1900 drop",
  "nat-pmp": "udp dport 5351 @th,64,8 2 drop",
  upnp: "udp dport 5351 drop",
};

const SETUP = `
ip link add lan type bridge
sysctl -qw net.ipv6.conf.lan.disable_ipv6=0 net.ipv6.conf.lan.accept_dad=0
sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.accept_dad=0
ip addr add ${INNER_PREFIX}.1/24 dev lan
ip addr add ${INNER_IPV6}::1/64 dev lan nodad
ip addr add 2a00:7:2:2::5/64 dev eth0 nodad
ip link set lan up
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
nft -f - <<'END'
table inet home {
  chain asked { type filter hook input priority filter
  }
}
table ip nat {
  chain out { type nat hook postrouting priority srcnat; oifname "eth0" masquerade
  }
}
table inet filter {
  chain forward { type filter hook forward priority filter
  }
  chain miniupnpd {
  }
  chain prerouting_miniupnpd {
  }
  chain postrouting_miniupnpd {
  }
  chain before { type nat hook prerouting priority dstnat; jump prerouting_miniupnpd
  }
  chain after { type nat hook postrouting priority srcnat; jump postrouting_miniupnpd
  }
}
END`;

/** \`system_uptime\`: else its clock is that of the machine, which does not restart. */
const CONFIGURATION = `ext_ifname=eth0
listening_ip=lan
http_port=0
enable_natpmp=yes
enable_upnp=yes
secure_mode=yes
system_uptime=no
uuid=4d1f1b2e-5e0c-4e8a-9df0-1a2b3c4d5e6f
upnp_table_name=filter
upnp_nat_table_name=filter
upnp_forward_chain=miniupnpd
upnp_nat_chain=prerouting_miniupnpd
upnp_nat_postrouting_chain=postrouting_miniupnpd
allow 1024-65535 ${INNER_PREFIX}.0/24 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
`;

async function startDaemon(host: Host): Promise<LabProcess> {
  const args = ["-d", "-f", `${host.home}/miniupnpd.conf`, "-P", `${host.home}/miniupnpd.pid`];
  const daemon = host.start(["miniupnpd", ...args], { user: "admin" });
  await daemon.waitFor(/Listening for NAT-PMP/, AbortSignal.timeout(START_LIMIT_MS));
  return daemon;
}
