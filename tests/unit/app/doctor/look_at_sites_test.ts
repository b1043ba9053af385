import { probeAsNeeded, siteFindings } from "../../../../lib/app/doctor/look_at_sites.ts";
import type { Reach } from "../../../../lib/core/decision/measurement.ts";
import { assert, assertEquals } from "../../../assert.ts";

function probed(key: string, reach: Reach, roundTripMs: number | null = null) {
  return { provider: { key, via: { kind: "any" } as const }, result: { reach, roundTripMs } };
}

const ANSWERING = probed("eth0", { kind: "answering" }, 12.34);
const SILENT = probed("wlan0", { kind: "silent", detail: "SNAPT does not answer" });
const PORTAL = probed("wlan0", { kind: "impostor", detail: "a captive portal" });
const REFUSING = probed("wlan0", { kind: "silent", detail: "SNAPT refuses: revoked" });

function levels(...all: readonly ReturnType<typeof probed>[]): readonly string[] {
  return siteFindings("site home", "snapt:7787", all).map(({ level }) => level);
}

Deno.test("a network that does not lead to SNAPT fails only where none does", () => {
  assertEquals(levels(ANSWERING, SILENT), ["ok", "attention"]);
  assertEquals(levels(ANSWERING, PORTAL), ["ok", "attention"]);
  assertEquals(levels(SILENT), ["fails"]);
  assertEquals(levels(PORTAL, SILENT), ["fails", "fails"]);
  assertEquals(levels(), ["fails"]);
});

Deno.test("what is said names the network, the round trip, and what to do", () => {
  const [answering, portal, refusing] = siteFindings("site home", "snapt:7787", [
    ANSWERING,
    PORTAL,
    REFUSING,
  ]);
  assertEquals(answering?.text, "SNAPT answers at snapt:7787 over eth0, 12.3 ms");
  assert(portal?.text.includes("a captive portal") && portal.remedy.includes("log in"));
  assert(refusing?.remedy.includes("new code"), refusing?.remedy);
});

Deno.test("a VPN that nobody named is tried when no other network leads to SNAPT, and not before", async () => {
  const vpn = probed("wg0", { kind: "answering" }, 20);
  const triedWith = async (...usual: readonly ReturnType<typeof probed>[]) => {
    const all = [...usual, vpn];
    const found = await probeAsNeeded(
      (isNeeded) => (isNeeded ? all : usual).map(({ provider }) => provider),
      ({ key }) =>
        Promise.resolve(all.find((one) => one.provider.key === key)?.result ?? SILENT.result),
    );
    return found.map(({ provider }) => provider.key);
  };
  assertEquals(await triedWith(ANSWERING), ["eth0"]);
  assertEquals(await triedWith(SILENT), ["wlan0", "wg0"]);
  assertEquals(await triedWith(), ["wg0"]);
});
