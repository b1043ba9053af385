/** What a session of CNAPT says of client services that change while it lives. */
import type { CnaptSessionSettings } from "../../../../../lib/core/session/cnapt_session_settings.ts";
import { CnaptSession } from "../../../../../lib/core/session/cnapt/cnapt_session.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import { assertEquals } from "../../../../assert.ts";
import { CNAPT_SETTINGS, sent, Z_MS } from "../session_settings.ts";

const CONTROL = 1;

Deno.test("CNAPT says which client services it has when the session begins, and again when they change", () => {
  let clientServices: CnaptSessionSettings["clientServices"] = [];
  const settings: CnaptSessionSettings = {
    ...CNAPT_SETTINGS,
    get clientServices() {
      return clientServices;
    },
  };
  const session = new CnaptSession(settings, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  assertEquals(session.clientServicesChanged(), [], "nobody is there to hear it");
  session.controlReady(CONTROL, "eth", 10);
  session.controlReceived(CONTROL, {
    kind: "ack",
    of: "connect",
    epoch: 0,
    recordReceived: 0,
    switchTimeoutMs: Z_MS,
  }, 20);
  clientServices = [{ name: "web", port: 80, protocol: "tcp" }];
  const [said] = sent(session.clientServicesChanged(), "offerClientServices");
  assertEquals(said?.services, clientServices);
});
