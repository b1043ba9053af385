import {
  isAddressAllowed,
  isDestinationAllowed,
  parseDestinationRule,
} from "../../../../lib/core/access/destination_rule.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

const rules = (...texts: readonly string[]) => texts.map(parseDestinationRule);

/** Rules, the host and port asked for, an address that it leads to, and whether it is allowed. */
const TABLE: readonly (readonly [readonly string[], string, number, string, boolean])[] = [
  [[], "example.org", 443, "192.0.2.1", false],
  [["*:443"], "example.org", 443, "192.0.2.1", true],
  [["*:443"], "example.org", 80, "192.0.2.1", false],
  [["*:443"], "192.0.2.1", 443, "192.0.2.1", true],
  [["example.org:*"], "example.org", 1, "192.0.2.1", true],
  [["example.org:*"], "EXAMPLE.org.", 1, "192.0.2.1", true],
  [["example.org:*"], "www.example.org", 1, "192.0.2.1", false],
  [["example.org:*"], "192.0.2.1", 1, "192.0.2.1", false],
  [["*.example.org:80-89"], "a.b.example.org", 89, "10.0.0.1", true],
  [["*.example.org:80-89"], "a.example.org", 90, "10.0.0.1", false],
  [["*.example.org:80-89"], "example.org", 80, "10.0.0.1", false],
  [["*.example.org:80-89"], "badexample.org", 80, "10.0.0.1", false],
  [["10.0.0.0/8:*"], "10.255.255.255", 22, "10.255.255.255", true],
  [["10.0.0.0/8:*"], "11.0.0.0", 22, "11.0.0.0", false],
  [["10.0.0.0/8:*"], "db.internal", 22, "10.1.2.3", true],
  [["10.0.0.0/8:*"], "db.internal", 22, "192.0.2.1", false],
  [["10.0.0.0/8:*"], "::ffff:10.1.2.3", 22, "::ffff:10.1.2.3", true],
  [["[fd00::]/8:22"], "fd12::7", 22, "fd12::7", true],
  [["[fd00::]/8:22"], "fe12::7", 22, "fe12::7", false],
  [["[2001:db8::1]:*"], "2001:db8::1", 22, "2001:db8::1", true],
  [["[2001:db8::1]:*"], "2001:db8::2", 22, "2001:db8::2", false],
];

for (const [texts, host, port, address, isAllowed] of TABLE) {
  const verb = isAllowed ? "allow" : "do not allow";
  Deno.test(`[${texts}] ${verb} ${host} port ${port} when it leads to ${address}`, () => {
    const all = rules(...texts);
    const outcome = isDestinationAllowed(all, host, port) &&
      isAddressAllowed(all, { host, address, port }, []);
    assertEquals(outcome, isAllowed);
  });
}

Deno.test("no name leads to this machine, its link or a group when no range allows it", () => {
  const inner = ["127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "224.0.0.1"];
  const inner6 = ["::1", "::", "fe80::1", "fe80::1%eth0", "ff02::1"];
  const carried = ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:169.254.1.1"];
  const carriedToo = ["::127.0.0.1", "::ffff:0:127.0.0.1", "::ffff:0:169.254.169.254"];
  const tunnelled = ["2001:0:c000:201::80ff:fffe", "2001:db8::5efe:7f00:1", "2002:a9fe:a9fe::1"];
  const ofNetwork = ["64:ff9b:1::7f00:1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1::a9fe:a9fe"];
  const metadata = ["fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"];
  const metadata4 = ["100.100.100.200", "168.63.129.16", "192.0.0.192", "::ffff:100.100.100.200"];
  const more = [...carriedToo, ...tunnelled, ...ofNetwork, ...metadata, ...metadata4, "fec0::1"];
  for (
    const address of [...inner, ...inner6, ...carried, ...more, "255.255.255.255", "no address"]
  ) {
    for (const host of ["evil.example.org", "0x7f.1", "2130706433"]) {
      const all = rules("*:*", "*.example.org:*", "0.0.0.0/0:*", "[::]/0:*");
      assert(!isAddressAllowed(all, { host, address, port: 80 }, []), address);
    }
    assert(
      !isDestinationAllowed(rules("*:*"), address.split("%")[0] ?? "", 80) ||
        address === "no address",
      address,
    );
  }
});

Deno.test("a range allows this machine when it names it", () => {
  const all = rules("127.0.0.0/8:8080", "*:443");
  const host = "localhost";
  assert(isAddressAllowed(all, { host, address: "127.0.0.1", port: 8080 }, []));
  assert(isAddressAllowed(all, { host, address: "::ffff:127.0.0.1", port: 8080 }, []));
  assert(!isAddressAllowed(all, { host, address: "127.0.0.1", port: 443 }, []));
});

Deno.test("no name leads to an address that this machine has, in any way of writing it", () => {
  const own = ["192.168.7.5", "2001:db8::5", "fe80::5%eth0"];
  const leadsThere = [
    ["192.168.7.5", "::ffff:192.168.7.5", "64:ff9b::c0a8:705", "2002:c0a8:705::1"],
    ["2001:db8::5", "2001:0DB8:0::0:5", "2001:db8::5%eth0", "fe80::5"],
  ].flat();
  const all = rules("*:*", "home.example.org:*", "0.0.0.0/0:*", "[::]/0:*");
  for (const address of leadsThere) {
    for (const host of ["home.example.org", address]) {
      assert(!isAddressAllowed(all, { host, address, port: 22 }, own), `${host} ${address}`);
    }
  }
  for (const address of ["192.168.7.6", "2001:db8::6"]) {
    assert(isAddressAllowed(all, { host: "home.example.org", address, port: 22 }, own), address);
  }
});

Deno.test("an address that this machine has is reached where a range names it", () => {
  const own = ["192.168.7.5", "2001:db8::5"];
  const reach = (rule: string, address: string) =>
    isAddressAllowed(rules(rule), { host: "nas.example.org", address, port: 22 }, own);
  assert(reach("192.168.7.5:22", "192.168.7.5"));
  assert(reach("192.168.7.0/24:22", "192.168.7.5"));
  assert(reach("[2001:db8::]/64:*", "2001:db8::5"));
  assert(!reach("192.168.7.5:23", "192.168.7.5"));
  assert(!reach("192.168.7.6:22", "192.168.7.5"));
});

Deno.test("parseDestinationRule refuses what is no rule and says what is wrong", () => {
  const wrong: readonly (readonly [string, string])[] = [
    ["", "is no destination"],
    ["example.org", "is no destination"],
    ["example.org:", "no valid port"],
    ["example.org:0", "no valid port"],
    ["example.org:9-8", "no valid port"],
    ["example.org:65536", "no valid port"],
    ["a.*.org:80", "no valid host"],
    ["*example.org:80", "no valid host"],
    ["exa mple:80", "no valid host"],
    ["300.0.0.1:80", "no valid address"],
    ["10.0.0.0/33:80", "no valid range"],
    ["[fd00::]/129:80", "no valid range"],
    ["fd00::1:80", "is no destination"],
  ];
  for (const [text, message] of wrong) {
    assertThrows(() => parseDestinationRule(text), TypeError, message);
  }
});
