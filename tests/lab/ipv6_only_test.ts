/** Networks that have IPv6 alone, on the compiled programs. */
import { assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { REDIS_PORT, REDIS_PROGRAMS, startRedis, startRedisClient } from "./programs/redis.ts";

const ignore = await isLabMissing([...REDIS_PROGRAMS, "tayga", "dnsmasq", "dig", "nft"]);
const WIRES = { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 50 } };
const LIMIT_MS = 30_000;
/** Some machines make new namespaces without it. */
const IPV6_ON = ["all", "default", "lo", "lan", "wlan0"]
  .map((name) => `sysctl -qw net.ipv6.conf.${name}.disable_ipv6=0 2>/dev/null || true`).join("\n");

/**
 * Takes IPv4 from wlan0. Its provider has NAT64 with a prefix of its own (the well-known one is not for
 * the addresses of documentation), and a name server that
 * says so (RFC 7050).
 */
async function leaveIpv6Only(lab: Lab): Promise<void> {
  const { laptop, hosts: { providers: { wlan0: provider } } } = lab;
  await laptop.dropAddress("wlan0");
  await provider.configure(`
${IPV6_ON}
sysctl -qw net.ipv6.conf.all.forwarding=1
ip -6 addr add fd00:2::1/64 dev lan nodad
mkdir -p ${provider.home}/tayga
cat > ${provider.home}/tayga.conf <<'END'
tun-device nat64
ipv4-addr 192.168.255.1
prefix fd64:9b::/96
dynamic-pool 192.168.255.0/24
data-dir ${provider.home}/tayga
ipv6-addr fd00:2::64
END
tayga -c ${provider.home}/tayga.conf --mktun
ip link set nat64 up
ip addr add 192.168.255.254/32 dev nat64
ip route add 192.168.255.0/24 dev nat64
ip -6 route add fd64:9b::/96 dev nat64
nft -f - <<'END'
table ip nat {
  chain out { type nat hook postrouting priority srcnat; ip saddr 192.168.255.0/24 oifname "uplink" masquerade
  }
}
END`);
  provider.start(["tayga", "-c", `${provider.home}/tayga.conf`, "-d"], { user: "admin" });
  const names = provider.start([
    ..."dnsmasq --no-daemon --no-resolv --no-hosts --conf-file=/dev/null --pid-file=".split(" "),
    ..."--user= --log-facility=- --bind-interfaces --listen-address=fd00:2::1".split(" "),
    ...["aa", "ab"].map((end) => `--address=/ipv4only.arpa/fd64:9b::c000:${end}`),
  ], { user: "admin" });
  await names.waitFor(/started, version/, AbortSignal.timeout(LIMIT_MS));
  await laptop.configure(`
${IPV6_ON}
ip -6 addr add fd00:2::2/64 dev wlan0 nodad
ip -6 route add default via fd00:2::1 dev wlan0
echo nameserver fd00:2::1 > /etc/resolv.conf
dig +short +time=1 +tries=20 AAAA ipv4only.arpa | grep fd64`);
}

Deno.test("SNAPT by its IPv4 address is reached over a network that has IPv6 alone", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await leaveIpv6Only(lab);
  await startRedis(lab.server);
  const pair = await Pair.start(lab, { services: { redis: REDIS_PORT } });
  await pair.waitUntilOn("eth0");
  const client = startRedisClient(lab.laptop, pair.target("redis"));
  const ask = async (what: string) => {
    await client.write(`echo ${what}\n`);
    await client.waitFor(new RegExp(`${what}\\b`), AbortSignal.timeout(LIMIT_MS));
  };
  await ask("by-ipv4");
  const { from, to } = await pair.switchTo("wlan0");
  assertEquals([from, to], ["eth0", "wlan0"]);
  await ask("by-nat64");
  await pair.switchTo("eth0");
  await ask("by-ipv4-again");
  await lab.laptop.unplug("eth0");
  await pair.waitUntilOn("wlan0");
  await ask("by-nat64-again");
  await pair.cnapt.stop();
  await pair.startCnapt(); // with nothing else
});

Deno.test("SNAPT by a link-local address is reached over the interface that the zone names", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const { laptop, server } = lab;
  await laptop.configure(`
${IPV6_ON}
ip link add usb0 type veth peer name usb0 netns ${server.namespace.pid}
sysctl -qw net.ipv6.conf.usb0.disable_ipv6=0
ip addr add 10.9.9.1/24 dev usb0
ip -6 addr add fe80::1/64 dev usb0 nodad
ip link set usb0 up`);
  await server.configure(`
${IPV6_ON}
sysctl -qw net.ipv6.conf.usb0.disable_ipv6=0
ip -6 addr add fe80::2/64 dev usb0 nodad
ip link set usb0 up`);
  await startRedis(server);
  const pair = await Pair.start(lab, {
    services: { redis: REDIS_PORT },
    at: { listen: "[::]", address: "[fe80::2%usb0]" },
  });
  await pair.waitUntil(({ provider }) => provider === "usb0");
  const client = startRedisClient(laptop, pair.target("redis"));
  await client.write("echo by-the-cable\n");
  await client.waitFor(/by-the-cable\b/, AbortSignal.timeout(LIMIT_MS));
});
