import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import { MemoryBudget } from "../../../lib/core/session/memory_budget.ts";
import type { SwitchReceipt } from "../../../lib/core/session/switch_receipt.ts";
import { createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { serverNameFor } from "../../../lib/config/server_name.ts";
import { dial, type Via } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain, listenTls } from "../../../lib/net/listen.ts";
import { CnaptSite, type SiteSnapshot } from "../../../lib/relay/cnapt_site.ts";
import { Emulator } from "../../../lib/relay/emulator.ts";
import type { Admission } from "../../../lib/relay/link_auth.ts";
import type { LogFields, RelayLog } from "../../../lib/relay/relay_log.ts";
import { Signal } from "../../../lib/relay/signal.ts";
import { type AdmittedClient, SnaptServer } from "../../../lib/relay/snapt_server.ts";
import { tcpService } from "../../opening.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** Nothing in these tests takes longer unless it hangs. */
const PATIENCE_MS = 10_000;

export interface PairSettings {
  readonly security?: "tls" | "none";
  readonly limits?: Partial<SessionLimits>;
  readonly switchTimeoutMs?: number;
  readonly handshakeMs?: number;
  readonly heartbeatMs?: number;
  readonly services?: readonly string[];
  /** What SNAPT says of the ID; by default it knows it. */
  readonly admit?: (idHex: string) => Admission<AdmittedClient>;
  readonly ids?: readonly number[];
}

/** A log whose lines a test can look at. */
export class TestLog implements RelayLog {
  readonly lines: string[];
  constructor(lines: string[] = []) {
    this.lines = lines;
  }
  debug(event: string, fields?: LogFields): void {
    this.#add("debug", event, fields);
  }
  info(event: string, fields?: LogFields): void {
    this.#add("info", event, fields);
  }
  warn(event: string, fields?: LogFields): void {
    this.#add("warn", event, fields);
  }
  with(): TestLog {
    return new TestLog(this.lines);
  }
  #add(level: string, event: string, fields: LogFields = {}): void {
    this.lines.push(`${level} ${event} ${JSON.stringify(fields)}`);
  }
}

const LIMITS: SessionLimits = { ringBytes: 1 << 20, sessionBytes: 64 << 20, streams: 256 };
export const KEY = new Uint8Array(32).fill(7);

let identity: Promise<Identity> | null = null;

/**
 * SNAPT and one CNAPT in this process, on loopback, with real sockets: the parts that the
 * programs are made of, wired as the programs wire them. The providers are `a` and `b`.
 */
export class LoopbackPair implements AsyncDisposable {
  readonly server: SnaptServer;
  readonly site: CnaptSite;
  readonly port: number;
  readonly snaptLog: TestLog;
  readonly cnaptLog: TestLog;
  readonly receipts: SwitchReceipt[];
  readonly #emulators: Emulator[];
  readonly #changed: Signal;

  private constructor(parts: {
    server: SnaptServer;
    site: CnaptSite;
    port: number;
    logs: readonly [TestLog, TestLog];
    receipts: SwitchReceipt[];
    emulators: Emulator[];
    changed: Signal;
  }) {
    this.server = parts.server;
    this.site = parts.site;
    this.port = parts.port;
    [this.snaptLog, this.cnaptLog] = parts.logs;
    this.receipts = parts.receipts;
    this.#emulators = parts.emulators;
    this.#changed = parts.changed;
  }

  /** `service`: the port of the server application behind each service. */
  static async start(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const names = settings.services ?? ["echo"];
    const snaptLog = new TestLog();
    const cnaptLog = new TestLog();
    const limits = { ...LIMITS, ...settings.limits };
    const switchTimeoutMs = settings.switchTimeoutMs ?? PATIENCE_MS;
    const announced = names.map((name) => tcpService(name, service));
    const server = new SnaptServer(
      {
        site: "home",
        limits,
        sessions: 4,
        parkedPerClient: 1_024,
        pending: { pendingPerSource: 64, pending: 128, failuresPerSecond: 1_000 },
        handshakeMs: settings.handshakeMs ?? PATIENCE_MS,
        switchTimeoutMs,
        inactivityMs: 600_000,
      },
      new MemoryBudget(1 << 28),
      (idHex) =>
        Promise.resolve(
          settings.admit?.(idHex) ??
            { kind: "known", key: KEY, client: { name: "laptop", services: announced } },
        ),
      (_name, signal) => dial({ host: "127.0.0.1", port: service }, { kind: "any" }, { signal }),
      snaptLog,
    );
    const address = { host: "127.0.0.1", port: 0 };
    const id = new Uint8Array(16).fill(1);
    identity ??= createIdentity();
    const { certificatePem, privateKeyPem } = await identity;
    const isTls = settings.security === "tls";
    const listener = isTls
      ? listenTls(address, { cert: certificatePem, key: privateKeyPem })
      : listenPlain(address);
    server.serve(listener);
    const receipts: SwitchReceipt[] = [];
    const changed = new Signal();
    const site = new CnaptSite(
      {
        name: "home",
        endpoint: {
          host: "127.0.0.1",
          port: listener.port,
          credentials: { id, key: KEY },
          tls: isTls ? { ca: certificatePem, serverName: serverNameFor(id) } : null,
        },
        session: {
          limits,
          liveness: { heartbeatMs: settings.heartbeatMs ?? 2_000, deadAfterMs: 1_500 },
          switchTimeoutMs,
        },
      },
      {
        find: (key) => PROVIDERS.find((one) => one.key === key) ?? null,
        candidates: () => PROVIDERS,
      },
      new MemoryBudget(1 << 28),
      cnaptLog,
      {
        servicesAnnounced: () => changed.wake(),
        switchEnded: (receipt) => {
          receipts.push(receipt);
          changed.wake();
        },
      },
    );
    const emulators = names.map((name) =>
      new Emulator(
        name,
        listenPlain(address),
        (opening, application) => site.open(opening, application),
      )
    );
    site.start();
    const logs = [snaptLog, cnaptLog] as const;
    return new LoopbackPair({
      server,
      site,
      port: listener.port,
      logs,
      receipts,
      emulators,
      changed,
    });
  }

  /** Starts and waits until CNAPT is connected. */
  static async connected(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const pair = await LoopbackPair.start(service, settings);
    await pair.until((site) => site.state === "connected" && site.services.length > 0);
    return pair;
  }

  /** Waits until the site is as wanted; woken by what happens, bounded by patience. */
  async until(wanted: (site: SiteSnapshot) => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!wanted(this.site.snapshot())) {
      if (signal.aborted) {
        throw new Error(`Not reached: ${JSON.stringify(this.site.snapshot())}\n${this.log()}`);
      }
      await Promise.race([this.#changed.wait(), tick()]);
    }
  }

  /** Waits until `wanted` holds, for things that nothing announces. */
  async eventually(wanted: () => boolean, what: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!wanted()) {
      if (signal.aborted) throw new Error(`Not reached: ${what}\n${this.log()}`);
      await tick();
    }
  }

  /** A client application connects to the emulator of a service. */
  async connect(service = 0): Promise<Deno.TcpConn> {
    const port = this.#emulators[service]?.port ?? 0;
    return await Deno.connect({ hostname: "127.0.0.1", port });
  }

  async switchTo(provider: string, shape: "overlapped" | "strict"): Promise<SwitchReceipt> {
    return await this.site.switchTo(provider, shape, "test", AbortSignal.timeout(PATIENCE_MS));
  }

  /** The network under the current provider is gone. */
  loseProvider(): void {
    this.site.providerLost(this.site.provider, "pulled");
  }

  log(): string {
    return [...this.cnaptLog.lines, ...this.snaptLog.lines].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#emulators.map((emulator) => emulator.close()));
    await this.site.stop();
    await this.server.stop();
  }
}

const PROVIDERS: readonly { key: string; via: Via }[] = [
  { key: "a", via: { kind: "address", address: "127.0.0.2" } },
  { key: "b", via: { kind: "address", address: "127.0.0.3" } },
];

/** One turn of the event loop, timers included. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
