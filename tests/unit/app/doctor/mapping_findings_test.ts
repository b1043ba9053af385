import { mappingFindings } from "../../../../lib/app/doctor/mapping_findings.ts";
import type { MappingWay } from "../../../../lib/core/mapping/mapping_way.ts";
import type { OwnAddress } from "../../../../lib/net/own_address.ts";
import { assert, assertEquals } from "../../../assert.ts";

const OWN: OwnAddress = { host: "192.168.7.2", kind: "private", nearby: null };
const PORTS = { tcp: 7_787, udp: 7_787 };
const MAPPED: MappingWay = {
  family: 4,
  state: "mapped",
  method: "pcp",
  router: "192.168.7.1",
  own: "192.168.7.2",
  tcp: { host: "20.30.40.5", port: 7_787 },
  udp: null,
  lifetimeS: 3_600,
  since: null,
  words: "",
  remedy: "",
};

function found(ways: readonly MappingWay[] | null, mapping: "auto" | "off" = "auto", own = OWN) {
  return mappingFindings({ mapping }, own, { ways, ports: PORTS, clients: [] });
}

Deno.test("without a mapping it is said what exactly to enter in the router", () => {
  const [finding] = found(null, "off");
  assertEquals(finding?.level, "attention");
  const row = (name: string) => `${name}, outer port 7787, to 192.168.7.2 port 7787`;
  assert(finding?.remedy.includes("mapping: auto") === true);
  assert(finding.remedy.includes(row("TCP")) && finding.remedy.includes(row("UDP")));
});

Deno.test("a machine with a public address needs no router to open anything", () => {
  assertEquals(found(null, "off", { host: "20.1.2.3", kind: "public", nearby: null }), []);
});

Deno.test("a mapping is shown with the words that nobody here can check it", () => {
  const [finding] = found([MAPPED]);
  assertEquals(finding?.level, "ok");
  assert(
    finding?.text.startsWith("20.30.40.5:7787 (TCP) leads here, by PCP at 192.168.7.1") === true,
  );
  assert(finding.text.includes("only somebody outside can tell"));
});

Deno.test("a mapping at an address of a provider's NAT is not enough", () => {
  const words = "CGNAT";
  const tcp = { host: "100.64.1.2", port: 7_787 };
  const [finding] = found([{ ...MAPPED, tcp, words, remedy: "a relay" }]);
  assertEquals([finding?.level, finding?.remedy], ["attention", "a relay"]);
  assert(finding?.text.includes("CGNAT") === true);
});

Deno.test("why no method has worked is shown, and of IPv6 only where there is a router", () => {
  const none: MappingWay = { ...MAPPED, state: "unmapped", method: null, tcp: null, words: "why" };
  const six: MappingWay = { ...none, family: 6 };
  assertEquals(found([none, six]).map(({ level, text }) => `${level} ${text}`), [
    "attention none for IPv4: why",
    "ok none for IPv6: why",
  ]);
  assertEquals(found([{ ...six, router: null }]), []);
});

Deno.test("a port that a CNAPT was told and does not use is shut somewhere before the router", () => {
  const clients = [{ client: "laptop", from: "8.8.8.8:1", relay: "vps" }];
  const since = (ms: number) => new Date(Date.now() - ms).toISOString();
  const lookAt = (way: MappingWay, all = clients) =>
    mappingFindings({ mapping: "auto" }, OWN, { ways: [way], ports: PORTS, clients: all })[0];
  const old = lookAt({ ...MAPPED, since: since(3_600_000) });
  assertEquals(old?.level, "attention");
  assert(old?.text.includes("laptop, which was told so, still comes by the relay vps") === true);
  assertEquals(lookAt({ ...MAPPED, since: since(1_000) })?.level, "ok");
  assertEquals(lookAt({ ...MAPPED, since: since(3_600_000) }, [])?.level, "ok");
});
