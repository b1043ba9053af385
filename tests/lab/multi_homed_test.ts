/**
 * A server with several addresses answers datagrams from the one that was asked. With `security:
 * none` CNAPT takes those of any other for a stranger's, and a NAT would do so in any case.
 */
import { assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { LAPTOP_INTERFACES } from "./kit/topology.ts";
import { checkAnswers, DNS_PORT, startDnsServer, startQuestions } from "./programs/udp_programs.ts";

const ignore = await isLabMissing(["dig", "dnsmasq"]);
const LIMIT_MS = 60_000;
const QUESTIONS = 10;

/** Of each way of the laptop to the Internet: its own network, and that of its provider's uplink. */
const IPV6 = { eth0: ["fd00:1", "fd00:a1"], wlan0: ["fd00:2", "fd00:a2"] } as const;

/** The lab has it switched off. */
const ENABLE_IPV6 = "sysctl -qw net.ipv6.conf.all.disable_ipv6=0";

/** Gives everything in the lab IPv6 addresses beside its others, and the server two of them. */
async function addIpv6({ laptop, server, hosts }: Lab): Promise<void> {
  await hosts.internet.configure(`
${ENABLE_IPV6} net.ipv6.conf.all.forwarding=1
ip addr add fd00:9::1/64 dev server nodad`);
  await server.configure(`
${ENABLE_IPV6}
ip addr add fd00:9::10/64 dev eth0 nodad
ip addr add fd00:9::11/64 dev eth0 nodad
ip route add default via fd00:9::1`);
  await laptop.configure(ENABLE_IPV6);
  for (const [index, name] of LAPTOP_INTERFACES.entries()) {
    const [own, uplink] = IPV6[name];
    await hosts.providers[name].configure(`
${ENABLE_IPV6} net.ipv6.conf.all.forwarding=1
ip addr add ${own}::1/64 dev lan nodad
ip addr add ${uplink}::2/64 dev uplink nodad
ip route add default via ${uplink}::1`);
    await hosts.internet.configure(`
ip addr add ${uplink}::1/64 dev ${name} nodad
ip route add ${own}::/64 via ${uplink}::2`);
    await laptop.configure(`
ip addr add ${own}::2/64 dev ${name} nodad
ip route add default via ${own}::1 dev ${name} metric ${100 * (index + 1)}`);
  }
}

for (
  const { at, security } of [
    { at: { listen: "0.0.0.0", address: "203.0.113.11" }, security: "none" },
    { at: { listen: "[::]", address: "203.0.113.11" }, security: "tls" },
    { at: { listen: "[::]", address: "[fd00:9::10]" }, security: "none" },
    { at: { listen: "[::]", address: "[fd00:9::11]" }, security: "none" },
    { at: { listen: "[::]", address: "[fd00:9::11]" }, security: "tls" },
  ] as const
) {
  Deno.test(
    `dig is answered by UDP at ${at.address} when SNAPT listens on ${at.listen}, security ${security}`,
    { ignore },
    async () => {
      await using lab = await Lab.create({ wires: { a: { delayMs: 2 }, b: { delayMs: 4 } } });
      const { laptop, server } = lab;
      await server.configure("ip addr add 203.0.113.11/24 dev eth0");
      await addIpv6(lab);
      await startDnsServer(server);
      const pair = await Pair.start(lab, {
        at,
        security,
        services: { unused: 9 },
        datagramServices: { dns: DNS_PORT },
      });
      for (const provider of ["wlan0", "eth0"] as const) {
        if ((await pair.status()).provider !== provider) await pair.switchTo(provider);
        const questions = startQuestions(laptop, pair.target("dns"), QUESTIONS);
        await questions.finish(AbortSignal.timeout(LIMIT_MS));
        checkAnswers(questions, QUESTIONS);
        const { sites } = await pair.status();
        const { way, dropped } = sites.home?.datagrams ?? {};
        assertEquals(way, security === "tls" ? "sealed" : "signed");
        assertEquals(dropped?.stranger ?? 0, 0);
      }
    },
  );
}
