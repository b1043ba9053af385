import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { ALL_SERVICES } from "../../../../lib/core/decision/service_rule.ts";
import { Log } from "../../../../lib/app/program/log.ts";
import { ServiceListeners } from "../../../../lib/app/cnapt/service_listeners.ts";
import { OfferMemory } from "../../../../lib/config/offer_memory.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { AnnouncedService } from "../../../../lib/core/wire/record_message.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { openNudge } from "../../../../lib/net/next_turn.ts";
import { CnaptSite } from "../../../../lib/relay/site/cnapt_site.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import {
  CAN_TAKE_DESCRIPTORS,
  withoutDescriptors,
} from "../../../whole_process/without_descriptors.ts";

// Opened once for the process and never closed: no test is to be blamed for them.
openLibc();
openNudge();

/** The emulators of a site that never starts; every application waits. */
async function withListeners(
  test: (listeners: ServiceListeners, lines: readonly string[]) => void | Promise<void>,
  memory = OfferMemory.passing(),
): Promise<void> {
  const lines: string[] = [];
  const log = Log.open({ write: (line) => lines.push(line) });
  const site = new CnaptSite({
    settings: {
      name: "home",
      endpoint: {
        host: "127.0.0.1",
        port: 1,
        tls: null,
        credentials: { id: new Uint8Array(16), key: new Uint8Array(32) },
      },
      flows: 16,
      session: {
        limits: { ringBytes: 65_536, sessionBytes: 1 << 20, streams: 16 },
        liveness: { heartbeatMs: 2_000, deadAfterMs: 1_500 },
        switchTimeoutMs: 1_000,
        ruleOf: () => ALL_SERVICES,
        clientServices: [],
      },
      clientApplications: {
        direct: null,
        openClientApplication: () => Promise.reject(new TypeError("Cannot open: there is none")),
        findClientApplication: () => Promise.reject(new TypeError("Cannot find: there is none")),
      },
    },
    providers: { find: () => null, candidates: () => [] },
    budget: new MemoryBudget(1 << 20),
    connector: NO_CONNECTOR,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
    events: {
      placesTold: () => {},
      servicesAnnounced: () => {},
      switchEnded: () => {},
    },
  });
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  const listeners = new ServiceListeners(site, { tasks, log, memory });
  try {
    await test(listeners, lines);
  } finally {
    await listeners.close();
  }
}

function announced(name: string, port: number): AnnouncedService {
  return { name, port, protocol: "tcp", compression: "none" };
}

function takePort(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

const OFFER = { mode: null, protocol: null, compress: null, allow: null } as const;

function freePort(): number {
  using listener = takePort();
  return listener.addr.port;
}

Deno.test("an announced service is offered on its real port, and the log says where", () =>
  withListeners(async (listeners, lines) => {
    const port = freePort();
    await listeners.openAnnounced([announced("db", port)]);
    assertEquals(listeners.emulators.map((one) => [one.service, one.name]), [
      ["db", `127.0.0.1:${port}`],
    ]);
    assert(lines.some((line) => line.includes(`at=127.0.0.1:${port}`)), lines.join("\n"));
  }));

Deno.test("announced services whose port is taken are offered near it, each for itself", () =>
  withListeners(async (listeners) => {
    using taken = takePort();
    const { port } = taken.addr;
    await listeners.openAnnounced([announced("a", port), announced("b", port)]);
    const [a, b] = listeners.emulators;
    assert(a !== undefined && b !== undefined && a.name !== b.name);
    if (Deno.build.os === "linux") {
      assertEquals([a.name, b.name], [`127.0.0.2:${port}`, `127.0.0.3:${port}`]);
    }
  }));

Deno.test("a service that is announced again keeps its port", () =>
  withListeners(async (listeners) => {
    const service = announced("db", freePort());
    await listeners.openAnnounced([service]);
    const [before] = listeners.emulators;
    await listeners.openAnnounced([service, announced("web", freePort())]);
    assertEquals(listeners.emulators[0], before);
    assertEquals(listeners.emulators.length, 2);
  }));

Deno.test("a configured address that is taken is an error that names the setting", () =>
  withListeners(async (listeners) => {
    using taken = takePort();
    const listen = { host: "127.0.0.1", port: taken.addr.port };
    const { code } = await assertRejects(
      () => listeners.openConfigured(new Map([["db", { ...OFFER, listen }]])),
      ListenFailed,
      "`sites.home.services.db.listen:`",
    );
    assertEquals(code, "taken");
  }));

Deno.test("close gives every port back", async () => {
  let port = 0;
  await withListeners(async (listeners) => {
    await listeners.openAnnounced([announced("db", freePort())]);
    port = listeners.emulators[0]?.port ?? 0;
  });
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("a SNAPT that announces thousands gets 64 ports at most, and a few lines in the log", () =>
  withListeners(async (listeners, lines) => {
    const first = freePort();
    await listeners.openAnnounced(
      Array.from({ length: 5_000 }, (_, n) => announced(`s${n}`, first)),
    );
    assertEquals(listeners.emulators.length, 64);
    assertEquals(lines.filter((line) => line.includes("service-not-offered")).length, 1);
  }));

Deno.test("a service is not offered under a name that is none, nor on a port of the machine's own", () =>
  withListeners(async (listeners) => {
    const odd = ["", "a b", "\u001b[2J", "x".repeat(64), "../../etc"];
    await listeners.openAnnounced([...odd, "printer"].map((name) => announced(name, 631)));
    assertEquals(listeners.emulators.map(({ service }) => service), ["printer"]);
    assert(!listeners.emulators.some(({ name }) => name.endsWith(":631")));
  }));

Deno.test("what SNAPT announces no longer is taken back", () =>
  withListeners(async (listeners, lines) => {
    const [db, web] = [announced("db", freePort()), announced("web", freePort())];
    await listeners.openAnnounced([db, web]);
    await listeners.openAnnounced([web]);
    assertEquals(listeners.emulators.map(({ service }) => service), ["web"]);
    assert(lines.some((line) => line.includes("offered-no-longer")), lines.join("\n"));
    await listeners.openAnnounced([db, web]);
    assertEquals(listeners.emulators.length, 2);
  }));

Deno.test("what SNAPT announced before is offered at its place before SNAPT is heard again", async () => {
  const memory = OfferMemory.passing();
  const db = announced("db", freePort());
  const dns = { ...announced("dns", freePort()), protocol: "udp" } as const;
  let places: readonly string[] = [];
  await withListeners(async (listeners) => {
    await listeners.openRemembered();
    assertEquals(listeners.emulators, []);
    await listeners.openAnnounced([db, dns]);
    places = listeners.emulators.map(({ name }) => name);
  }, memory);
  await withListeners(async (listeners) => {
    await listeners.openRemembered();
    assertEquals(listeners.emulators.map(({ name }) => name), places);
    await listeners.openAnnounced([dns]);
    assertEquals(listeners.emulators.map(({ service }) => service), ["dns"]);
  }, memory);
  assertEquals(memory.announcedBy("home").map(({ name }) => name), ["dns"]);
});

Deno.test("only what is offered of what SNAPT announced is remembered", async () => {
  const memory = OfferMemory.passing();
  const port = freePort();
  await withListeners(async (listeners) => {
    await listeners.openAnnounced(
      ["a b", ...Array.from({ length: 500 }, (_, n) => `s${n}`)].map((name) =>
        announced(name, port)
      ),
    );
  }, memory);
  assertEquals(memory.announcedBy("home").length, 64);
});

Deno.test("a configured service has the protocol that SNAPT said last until it is heard", async () => {
  const memory = OfferMemory.passing();
  const configured = new Map([["dns", { ...OFFER, listen: { host: "127.0.0.1", port: 0 } }]]);
  const protocols: string[] = [];
  for (let i = 0; i < 2; i++) {
    await withListeners(async (listeners) => {
      await listeners.openConfigured(configured);
      protocols.push(listeners.emulators[0]?.protocol ?? "none");
      const dns = { ...announced("dns", 53), protocol: "udp" } as const;
      listeners.adapt(configured, [dns, announced("other", 80)]);
      protocols.push(listeners.emulators[0]?.protocol ?? "none");
    }, memory);
  }
  assertEquals(protocols, ["tcp", "udp", "udp", "udp"]);
  assertEquals(memory.announcedBy("home").map(({ name }) => name), ["dns"]);
});

Deno.test("a service that is announced twice in one breath is opened and remembered once", async () => {
  const memory = OfferMemory.passing();
  const configured = new Map([["dns", { ...OFFER, listen: { host: "127.0.0.1", port: 0 } }]]);
  await withListeners(async (listeners, lines) => {
    await listeners.openConfigured(configured);
    const dns = (protocol: "tcp" | "udp") => ({ ...announced("dns", 53), protocol });
    listeners.adapt(configured, Array.from({ length: 99 }, () => [dns("udp"), dns("tcp")]).flat());
    assertEquals(lines.filter((line) => line.includes(" offering ")).length, 1);
  }, memory);
  assertEquals(memory.announcedBy("home").length, 1);
});

Deno.test("nothing is opened any more when it is closed in the middle of an announcement", () =>
  withListeners(async (listeners) => {
    const port = freePort();
    const opening = listeners.openAnnounced(
      Array.from({ length: 64 }, (_, n) => announced(`s${n}`, port)),
    );
    assert(listeners.emulators.length < 64, "others had a turn");
    await listeners.close();
    await opening;
    await listeners.openAnnounced([announced("late", port)]);
    listeners.adapt(new Map([["db", { ...OFFER, listen: { host: "127.0.0.1", port } }]]), [
      announced("db", 1),
    ]);
    assertEquals(listeners.emulators, []);
  }));

Deno.test("a service is offered a little later when the system had no descriptor left", {
  ignore: !CAN_TAKE_DESCRIPTORS,
}, () =>
  withListeners(async (listeners, lines) => {
    // It opens in this turn, so that nobody else is kept from opening anything.
    await withoutDescriptors(() => listeners.openAnnounced([announced("db", 5_432)]));
    assertEquals([listeners.emulators.length, lines.length], [0, 1]);
    assert(lines[0]?.includes("no descriptor"), lines[0]);
    while (listeners.emulators.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assertEquals(listeners.emulators.map(({ service }) => service), ["db"]);
  }));
