import { admissionOf } from "../../../../lib/app/snapt/admission_of.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { clientNamed } from "../../config/kit/client_named.ts";

const CONFIG = parseSnaptConfig(
  `
services:
  ssh: { to: 127.0.0.1:22 }
  dns: { to: 127.0.0.1:53, protocol: udp }
  log: { to: 127.0.0.1:514, protocol: udp, hold: 30s, holdOrder: oldest, idle: 5m }
destinations: ["10.0.0.0/8:*"]
clients:
  laptop: { destinations: ["192.168.7.0/24:22"] }
`,
  "snapt.yaml",
);

const LAPTOP = clientNamed("laptop", { services: ["ssh"] });

Deno.test("a CNAPT that was invited gets its services and destinations, and no more", () => {
  const admission = admissionOf(LAPTOP, CONFIG, null);
  assert(admission.kind === "known");
  const { name, services, destinations, datagrams } = admission.client;
  assertEquals([name, services.map((service) => service.name)], ["laptop", ["ssh"]]);
  assertEquals([destinations.length, datagrams], [2, []]);
});

Deno.test("a CNAPT that was invited to everything gets the UDP services too", () => {
  const admission = admissionOf({ ...LAPTOP, services: "all" }, CONFIG, null);
  assert(admission.kind === "known");
  assertEquals(admission.client.datagrams, [
    { name: "dns", holdMs: 200, idleMs: 60_000, holdOrder: "newest" },
    { name: "log", holdMs: 30_000, idleMs: 300_000, holdOrder: "oldest" },
  ]);
});

Deno.test("a CNAPT that is unknown or revoked is refused with a sentence", () => {
  const unknown = admissionOf(null, CONFIG, null);
  assert(unknown.kind === "refused");
  assertEquals(unknown.code, "unknownId");
  const revoked = admissionOf({ ...LAPTOP, revokedAt: "2026-01-02" }, CONFIG, null);
  assert(revoked.kind === "refused");
  assertEquals([revoked.code, revoked.sentence], ["revoked", "laptop was revoked at SNAPT"]);
});
