import {
  type FirewallVerdict,
  iptablesVerdict,
  nftVerdict,
} from "../../../../lib/app/doctor/firewall_rules.ts";
import { assertEquals } from "../../../assert.ts";

/** A table with one chain for what comes in. */
function table(family: string, policy: string, ...rules: readonly string[]): string {
  return `table ${family} filter {
\tchain input {
\t\ttype filter hook input priority filter; policy ${policy};
${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}
\tchain output {
\t\ttype filter hook output priority filter; policy drop;
\t\tdrop
\t}
}
`;
}

const ESTABLISHED = "ct state established,related counter packets 0 bytes 0 accept";

const NFT: readonly (readonly [string, string, FirewallVerdict])[] = [
  ["no rules", "", "open"],
  ["a policy that accepts", table("inet", "accept", ESTABLISHED, "tcp dport 23 drop"), "open"],
  ["a policy that drops", table("inet", "drop", ESTABLISHED), "closed"],
  ["a rule for the port", table("inet", "drop", "tcp dport 7787 accept"), "named"],
  ["a range", table("ip", "drop", "tcp dport { 22, 7000-7999 } counter accept"), "named"],
  ["another port", table("ip", "drop", "tcp dport { 22, 77870 } accept"), "closed"],
  ["another protocol", table("inet", "drop", "udp dport 7787 accept"), "closed"],
  ["both protocols", table("inet", "drop", "th dport 7787 accept"), "named"],
  ["a rule that drops it", table("inet", "drop", "tcp dport 7787 drop"), "closed"],
  [
    "a last rule that rejects",
    table("inet", "accept", "counter packets 7 bytes 9 reject"),
    "closed",
  ],
  [
    "a last rule that says why",
    table("inet", "accept", "reject with icmpx admin-prohibited"),
    "closed",
  ],
  [
    "a second table that drops",
    table("ip", "drop", "tcp dport 7787 accept") + table("inet", "drop"),
    "closed",
  ],
  ["a table of bridges", table("bridge", "drop"), "open"],
];

for (const [what, text, expected] of NFT) {
  Deno.test(`nft with ${what} is ${expected} for a port`, () => {
    assertEquals(nftVerdict(text, { port: 7787, protocol: "tcp" }), expected);
  });
}

const IPTABLES: readonly (readonly [string, string, FirewallVerdict])[] = [
  ["a policy that accepts", "-P INPUT ACCEPT\n-P FORWARD DROP", "open"],
  ["a policy that drops", "-P INPUT DROP", "closed"],
  [
    "a last rule",
    "-P INPUT ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable",
    "closed",
  ],
  ["the port", "-P INPUT DROP\n-A INPUT -p tcp -m tcp --dport 7787 -j ACCEPT", "named"],
  [
    "a list of ports",
    "-P INPUT DROP\n-A ufw-user-input -p tcp -m multiport --dports 80,7000:7999 -j ACCEPT",
    "named",
  ],
  ["another protocol", "-P INPUT DROP\n-A INPUT -p udp -m udp --dport 7787 -j ACCEPT", "closed"],
];

for (const [what, text, expected] of IPTABLES) {
  Deno.test(`iptables with ${what} is ${expected} for a port`, () => {
    assertEquals(iptablesVerdict(text, { port: 7787, protocol: "tcp" }), expected);
  });
}
