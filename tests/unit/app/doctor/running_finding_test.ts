import { runningFinding } from "../../../../lib/app/doctor/running_finding.ts";
import { assertEquals } from "../../../assert.ts";

const SSH = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;
const WELL = {
  state: "connected",
  refusal: null,
  pause: null,
  failures: [],
  services: [SSH],
} as const;

Deno.test("a running CNAPT is well when all of its sites are", () => {
  const { level, text } = runningFinding({
    state: "connected",
    provider: "eth0",
    sites: { home: WELL, work: { ...WELL, state: "overlapDraining" } },
    offers: [],
  });
  assertEquals([level, text], ["ok", "connected over eth0"]);
});

Deno.test("a running CNAPT that does not reach SNAPT needs attention, with the reason", () => {
  const failures = [{ provider: "eth0", reason: "nobody listens there" }];
  const { level, text } = runningFinding({
    state: "offline",
    provider: "",
    sites: { home: { ...WELL, state: "searching", failures } },
    offers: [],
  });
  assertEquals(level, "attention");
  assertEquals(text, "offline; home is searching (eth0: nobody listens there)");
});

Deno.test("a running CNAPT between two sessions needs attention, with the reason", () => {
  const pause = { reason: "SNAPT ended the session", remainingMs: 250 };
  const { level, text } = runningFinding({
    state: "offline",
    provider: "",
    sites: { home: { ...WELL, state: "closed", pause } },
    offers: [],
  });
  assertEquals([level, text], ["attention", "offline; home is closed (SNAPT ended the session)"]);
});

Deno.test("a running CNAPT of which a site is refused fails, also when another is well", () => {
  const refusal = { code: "displaced", sentence: "another CNAPT with the same ticket" };
  const { level, text } = runningFinding({
    state: "connected",
    provider: "eth0",
    sites: { home: WELL, work: { ...WELL, state: "refused", refusal } },
    offers: [],
  });
  assertEquals(level, "fails");
  assertEquals(text, "connected over eth0; work is refused (another CNAPT with the same ticket)");
});

Deno.test("a running CNAPT that offers what SNAPT does not needs attention", () => {
  const { level, text } = runningFinding({
    state: "connected",
    provider: "eth0",
    sites: { home: WELL },
    offers: [{ site: "home", service: "ssh" }, { site: "home", service: "db" }],
  });
  assertEquals([level, text], ["attention", "connected over eth0; SNAPT does not offer home/db"]);
});
