import { Lab, type LabOptions } from "../kit/lab.ts";
import type { Host } from "../kit/host.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { Pair, type PairOptions } from "../kit/pair.ts";
import { productCommand } from "../kit/product.ts";
import { LAPTOP_INTERFACES } from "../kit/topology.ts";
import { START_LIMIT_MS } from "../programs/target.ts";

/** Of the server with a public address. */
export const RELAY_HOST = "198.18.0.10";
const RELAY_ADDRESS = `${RELAY_HOST}:7787`;
/** What the home line gets from its provider, and the provider's NAT shows of it: one after another. */
const LINES = [
  { router: "100.64.0.2", outer: "198.18.1.2" },
  { router: "100.64.0.3", outer: "198.18.1.3" },
] as const;
/** The address of the home in its own Wi-Fi, which the laptop has as `wlan0`. */
export const HOME_WIFI = "10.2.0.10";
/** The address that it has by a line of its own. */
export const HOME_LINE = "20.30.40.5";
/** A NAT as a router is one: it forgets what went over an interface that went down. */
const nat = (out: string) =>
  `nft -f - <<'END'
table ip nat {
  chain out { type nat hook postrouting priority srcnat; oifname "${out}" masquerade
  }
}
END`;

/**
 * A home that nobody reaches, and what makes it reachable:
 *
 *     laptop ─ NAT ─┐                  ┌─ vps (the relay)
 *                   ├─── internet ─────┤
 *     laptop ─ NAT ─┘                  └─ carrier (NAT) ─ router (NAT) ─ home
 */
export class RelayedHome {
  readonly lab: Lab;
  readonly home: Host;
  readonly #vps: Host;
  readonly #carrier: Host;
  readonly #router: Host;
  #relay: LabProcess | null = null;

  private constructor(
    lab: Lab,
    hosts: Readonly<Record<"vps" | "carrier" | "router" | "home", Host>>,
  ) {
    this.lab = lab;
    this.home = hosts.home;
    this.#vps = hosts.vps;
    this.#carrier = hosts.carrier;
    this.#router = hosts.router;
  }

  /** The hosts are disposed of with `resources`. */
  static async create(
    resources: AsyncDisposableStack,
    options: LabOptions,
  ): Promise<RelayedHome> {
    const lab = resources.use(await Lab.create(options));
    const { internet, providers } = lab.hosts;
    const vps = await lab.addHost("vps", {
      behind: internet,
      interface: "vps",
      gateway: "198.18.0.1",
      address: "198.18.0.10",
    });
    const [line] = LINES;
    const carrier = await lab.addHost("carrier", {
      behind: internet,
      interface: "cgnat",
      gateway: "198.18.1.1",
      address: line.outer,
    });
    const router = await lab.addHost("router", {
      behind: carrier,
      interface: "customer",
      gateway: "100.64.0.1",
      address: line.router,
    });
    const home = await lab.addHost("home", {
      behind: router,
      interface: "lan",
      gateway: "192.168.1.1",
      address: "192.168.1.10",
    });
    await Promise.all([
      ...LAPTOP_INTERFACES.map((name) => providers[name].configure(nat("uplink"))),
      carrier.configure(nat("eth0")),
      router.configure(nat("eth0")),
    ]);
    return new RelayedHome(lab, { vps, carrier, router, home });
  }

  /** The pair, SNAPT at home: set up as people do, by codes. */
  async startPair(options: PairOptions): Promise<Pair> {
    await this.#vps.run(["tee", `${this.#vps.home}/relay.yaml`], { input: "name: vps\n" });
    await this.#atRelay("init");
    await this.startRelay();
    const { stdout } = await this.#atRelay("invite", "homepc", "--address", RELAY_ADDRESS);
    return await Pair.start(this.lab, {
      ...options,
      home: this.home,
      through: async (pair) => {
        await pair.run("snapt", ["through", stdout.trim()]);
      },
    });
  }

  /** The server with a public address. */
  get vps(): Host {
    return this.#vps;
  }

  get relay(): LabProcess {
    if (this.#relay === null) throw new LabFailure("Cannot look at the relay: not started");
    return this.#relay;
  }

  async startRelay(): Promise<void> {
    this.#relay = this.#vps.start(this.#argv());
    await this.#relay.waitFor(/relay-listening/, AbortSignal.timeout(START_LIMIT_MS));
  }

  async killRelay(): Promise<void> {
    this.relay.signal("SIGKILL");
    await this.relay.ended;
  }

  /** The line goes, and comes back after a while with other addresses, the provider's too. */
  async replaceHomeLine(awayMs: number): Promise<void> {
    const [old, other] = LINES;
    await this.#carrier.configure("ip link set customer down");
    await this.#router.configure("ip addr flush dev eth0");
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    const moved = async (host: Host, from: string, gateway: string, address: string) => {
      await host.configure(`
ip addr flush dev ${from}
ip addr add ${address}/32 dev ${from}
ip route replace ${gateway}/32 dev ${from}
ip route replace default via ${gateway}`);
    };
    await this.lab.hosts.internet.configure(`
ip route del ${old.outer}/32 dev cgnat
ip route add ${other.outer}/32 dev cgnat src 198.18.1.1`);
    await this.#carrier.configure(`
ip link set customer up
ip route replace ${other.router}/32 dev customer src 100.64.0.1`);
    await moved(this.#carrier, "eth0", "198.18.1.1", other.outer);
    await moved(this.#router, "eth0", "100.64.0.1", other.router);
  }

  /** The laptop's Wi-Fi is the one at home: SNAPT has an address there, which nobody else reaches. */
  async wifiIsHome(): Promise<void> {
    const access = this.lab.hosts.providers.wlan0;
    await access.configure(`
ip link add name home type veth peer name wifi0 netns ${this.home.namespace.pid}
ip link set home up
ip route add ${HOME_WIFI}/32 dev home
sysctl -qw net.ipv4.conf.lan.proxy_arp=1 net.ipv4.conf.home.proxy_arp=1
sysctl -qw net.ipv4.neigh.lan.proxy_delay=0 net.ipv4.neigh.home.proxy_delay=0
nft add table ip filter
nft add chain ip filter forward '{ type filter hook forward priority 0; }'
nft add rule ip filter forward iifname uplink oifname home drop`);
    await this.home.configure(`
ip addr add ${HOME_WIFI}/24 dev wifi0
ip link set wifi0 up`);
  }

  /** A line of its own with a public address, or its end. */
  async publicLine(state: "up" | "down"): Promise<void> {
    if (state === "down") return await this.home.configure("ip link del line");
    const { internet } = this.lab.hosts;
    await internet.configure(`
ip link add name line type veth peer name line netns ${this.home.namespace.pid}
ip addr add 20.30.40.1/24 dev line
ip link set line up`);
    await this.home.configure(`
ip addr add ${HOME_LINE}/24 dev line
ip link set line up
ip rule add from ${HOME_LINE} lookup 7
ip route add default via 20.30.40.1 table 7`);
  }

  /** A second line of the home, behind a NAT of its own, as a mobile one; without its default route. */
  async mobileLine(): Promise<void> {
    const { internet } = this.lab.hosts;
    const carrier = await this.lab.addHost("mobile", {
      behind: internet,
      interface: "mobile",
      gateway: "198.18.2.1",
      address: "198.18.2.2",
    });
    await carrier.configure(`
sysctl -qw net.ipv4.ip_forward=1
ip link add name customer type veth peer name lte0 netns ${this.home.namespace.pid}
ip addr add 10.64.0.1/24 dev customer
ip link set customer up
${nat("eth0")}`);
    await this.home.configure(`
ip addr add 10.64.0.2/24 dev lte0
ip link set lte0 up
ip route add default via 10.64.0.1 dev lte0 metric 700
ip rule add from 10.64.0.2 lookup 8
ip route add default via 10.64.0.1 table 8
sysctl -qw net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.lte0.rp_filter=2`);
  }

  /** The first line of the home goes, with its address. */
  async loseHomeLine(): Promise<void> {
    await this.home.configure("ip addr flush dev eth0; ip link set eth0 down");
  }

  /** The cable is pulled: its address and its routes stay. */
  async unplugHome(): Promise<void> {
    await this.#router.configure("ip link set lan down");
  }

  async plugHome(): Promise<void> {
    await this.#router.configure(`
ip link set lan up
ip route replace 192.168.1.10/32 dev lan src 192.168.1.1`);
  }

  /** It is there again. */
  async restoreHomeLine(): Promise<void> {
    await this.home.configure(`
ip link set eth0 up
ip addr add 192.168.1.10/32 dev eth0
ip route add 192.168.1.1/32 dev eth0
ip route add default via 192.168.1.1`);
  }

  #argv(...args: readonly string[]): readonly string[] {
    return [...productCommand(this.lab.places, "snapt"), "relay", ...args];
  }

  #atRelay(...args: readonly string[]) {
    return this.#vps.run(this.#argv(...args));
  }
}
