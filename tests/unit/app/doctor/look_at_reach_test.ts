import { reachFindings } from "../../../../lib/app/doctor/look_at_reach.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import type { OwnAddress } from "../../../../lib/net/own_address.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SSH = "services: { ssh: { to: 127.0.0.1:22 } }\n";
const PUBLIC: OwnAddress = { host: "8.8.4.4", kind: "public", nearby: null };
const PRIVATE: OwnAddress = { host: "192.168.1.5", kind: "private", nearby: null };
const OUTSIDE = { client: "laptop", from: "[2a01:4f8::9]:40000" };
const INSIDE = { client: "tablet", from: "192.168.1.9:40000" };

function found(
  own: OwnAddress | null,
  clients: Parameters<typeof reachFindings>[2],
  yaml = "",
) {
  return reachFindings(parseSnaptConfig(SSH + yaml, "snapt.yaml"), own, clients);
}

Deno.test("a CNAPT that is connected from a public address shows that SNAPT is reached", () => {
  const [address, reached] = found(PUBLIC, [INSIDE, OUTSIDE]);
  assertEquals([address?.level, reached?.level], ["ok", "ok"]);
  // A socket for both families shows IPv4 so.
  const mapped = found(PUBLIC, [{ client: "laptop", from: "[::ffff:8.8.8.8]:40000" }])[1];
  assertEquals(mapped?.text, "yes: CNAPT laptop is connected from 8.8.8.8");
  assertEquals(reached?.text, "yes: CNAPT laptop is connected from 2a01:4f8::9");
});

Deno.test("a link that a CNAPT has parked over another network shows it as well", () => {
  const client = { ...INSIDE, parkedFrom: ["192.168.1.9", "8.8.8.8"] };
  assertEquals(found(PRIVATE, [client])[1]?.text, "yes: CNAPT tablet is connected from 8.8.8.8");
});

Deno.test("private sources show nothing, and the router's port is spoken of", () => {
  const [address, reached] = found(PRIVATE, [INSIDE]);
  assertEquals([address?.level, reached?.level], ["attention", "attention"]);
  assert(address?.remedy.includes("forward port 7787"), address?.remedy);
  assert(reached?.text.includes("tablet from 192.168.1.9"), reached?.text);
  assert(reached?.remedy.includes("cnapt doctor"), reached?.remedy);
});

Deno.test("without a CNAPT, or a SNAPT to ask, it is not known", () => {
  for (const clients of [[], null]) {
    const [, reached] = found(PUBLIC, clients);
    assert(reached?.level === "attention" && reached.text.startsWith("not known"), reached?.text);
  }
});

Deno.test("one that SNAPT dials, and a load balancer, show nothing", () => {
  const dialled = found(PUBLIC, [OUTSIDE], "clients: { laptop: { direct: 7787 } }\n");
  assertEquals(dialled[1]?.level, "attention");
  const balanced = found(PUBLIC, [OUTSIDE], 'balancers: ["2a01:4f8::9"]\n');
  assertEquals(balanced[1]?.level, "attention");
});

Deno.test("what only this machine reaches, and a machine without an address, is told", () => {
  const yaml = "listen: 127.0.0.1:7787\n";
  const [only, ...others] = found(PUBLIC, [], yaml);
  assert(only?.level === "attention" && only.text.includes("127.0.0.1:7787"), only?.text);
  assertEquals(others, []);
  assertEquals(found(null, [])[0]?.level, "attention");
});

Deno.test("a CNAPT that comes by a relay shows nothing of whether SNAPT is reached directly", () => {
  const reached = found(PRIVATE, [{ ...OUTSIDE, relay: "vps" }])[1];
  assertEquals(reached?.level, "attention");
});
