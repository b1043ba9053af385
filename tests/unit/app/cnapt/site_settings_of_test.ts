import { decisionSettings } from "../../../../lib/app/cnapt/decision_settings_of.ts";
import { endpointOf, siteSettings } from "../../../../lib/app/cnapt/site_settings_of.ts";
import { type CnaptConfig, parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { ALL_SERVICES } from "../../../../lib/core/decision/service_rule.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";

const EVERYTHING = new URL("../../../config/valid/cnapt-everything.yaml", import.meta.url);
const options = { ignore: lacks("unixSockets", "the settings of cnapt-everything.yaml") };

async function everything(): Promise<CnaptConfig> {
  return parseCnaptConfig(await Deno.readTextFile(EVERYTHING), "cnapt.yaml");
}

Deno.test(
  "the settings of a site come from its entry and from the whole file",
  options,
  async () => {
    const whole = await everything();
    const config = whole.sites.get("home");
    assert(config !== undefined);
    const source = { name: "home", config, direct: null, ruleOf: () => ALL_SERVICES };

    const { name, endpoint, session, flows, clientApplications } = siteSettings({
      ...source,
      whole: () => whole,
    });
    assertEquals([name, endpoint.host, endpoint.port], ["home", "other.example.org", 443]);
    assertEquals(flows, whole.limits.flows);
    assertEquals(session.limits.ringBytes, whole.limits.ring);
    assertEquals(session.switchTimeoutMs, whole.timeouts.switch);
    const terms = { holdMs: 2_000, idleMs: 300_000, holdOrder: "oldest" } as const;
    assertEquals(session.clientServices, [
      { name: "printer", port: 9100, protocol: "tcp" },
      { name: "pager", port: 5061, protocol: "udp", ...terms },
      { name: "chat", port: 5222, protocol: "tcp" },
    ]);
    const packed = ["printer", "chat", "unknown"].map((service) =>
      clientApplications.compressionOfClientService?.(service)
    );
    assertEquals(packed, ["deflate", "none", "none"]);
    const { server, answersFrom } = await clientApplications.findClientApplication("pager");
    assertEquals([server.key, answersFrom], ["127.0.0.1:5060", "anyPort"]);
  },
);

Deno.test("the place that the ticket has is the relay where a name of a relay is asked for", () => {
  const address = { host: "relay.example.org", port: 7787 };
  const certificate = new Uint8Array(1);
  const [id, key] = [new Uint8Array(16), new Uint8Array(32)];
  const ticket = { name: "laptop", site: "home", address, id, key, certificate };
  const lan = { host: "192.168.1.5", port: 7787 };
  const relayOf = (name: string) => {
    const serverName = { kind: "name", name } as const;
    return endpointOf({ ticket, address: [lan, address], serverName }).relay;
  };
  assertEquals(relayOf("4a64wqnkgx1s26fj.snapt.internal"), address);
  assertEquals(relayOf("www.example.org"), null);
});

Deno.test("how sensitive a session is follows what holds now", options, async () => {
  let whole = await everything();
  const config = whole.sites.get("home");
  assert(config !== undefined);
  const { session } = siteSettings({
    name: "home",
    config,
    whole: () => whole,
    direct: null,
    ruleOf: () => ALL_SERVICES,
  });
  whole = { ...whole, heartbeat: { interval: 300, dead: null } };
  const before = session.liveness.deadAfterMs;
  whole = { ...whole, decision: { ...whole.decision, sensitivity: "calm", check: 700 } };
  const { heartbeatMs, deadAfterMs, measureMs } = session.liveness;
  assertEquals([heartbeatMs, measureMs], [300, 700]);
  assert(deadAfterMs > before, `${deadAfterMs} is not more than ${before}`);
});

Deno.test("the settings of the decision come from `decision:`", options, async () => {
  const { decision } = await everything();
  const settings = decisionSettings(decision);
  assertEquals(
    [settings.mode, settings.checkMs, settings.searchMs, settings.meteredSearchMs],
    [decision.mode, decision.check, decision.search, decision.searchMetered],
  );
  assertEquals(settings.thresholds.limits.loss, decision.thresholds.loss);
  assertEquals(settings.thresholds.worseCount, decision.thresholds.worseCount);
});
