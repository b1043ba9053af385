import type { SwitchReceipt } from "../../../lib/core/session/switch_receipt.ts";
import { createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { openNudge } from "../../../lib/net/next_turn.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import type { SnaptDatagrams } from "../../../lib/relay/datagram/snapt_datagrams.ts";
import { TcpEmulator } from "../../../lib/relay/emulator/tcp_emulator.ts";
import { UdpEmulator } from "../../../lib/relay/emulator/udp_emulator.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { WakeUp } from "../../../lib/relay/run/wake_up.ts";
import type { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import type { CnaptSite } from "../../../lib/relay/site/cnapt_site.ts";
import type { SiteSnapshot } from "../../../lib/relay/site/site_snapshot.ts";
import { TestLog } from "../../test_log.ts";
import { makeLoopbackSite } from "./loopback_site.ts";
import { type LoopbackSnapt, startLoopbackSnapt } from "./loopback_snapt.ts";
import { type PairSettings, PATIENCE_MS } from "./pair_settings.ts";
import type { UdpGate } from "./udp_gate.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();
openNudge();

/** A CNAPT that a pair has besides its own. */
interface SiteBesides extends AsyncDisposable {
  readonly site: CnaptSite;
  readonly datagramPort: number;
}

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
  readonly datagrams: SnaptDatagrams | null;
  readonly #emulators: TcpEmulator[];
  readonly #datagramEmulators: UdpEmulator[];
  readonly #gate: UdpGate | null;
  readonly #changed: WakeUp;

  private constructor(snapt: LoopbackSnapt, parts: {
    site: CnaptSite;
    logs: readonly [TestLog, TestLog];
    receipts: SwitchReceipt[];
    emulators: TcpEmulator[];
    datagramEmulators: UdpEmulator[];
    changed: WakeUp;
  }) {
    this.server = snapt.server;
    this.port = snapt.port;
    this.datagrams = snapt.datagrams;
    this.#gate = snapt.gate;
    this.site = parts.site;
    [this.snaptLog, this.cnaptLog] = parts.logs;
    this.receipts = parts.receipts;
    this.#emulators = parts.emulators;
    this.#datagramEmulators = parts.datagramEmulators;
    this.#changed = parts.changed;
  }

  /** `service`: the port of the server application behind each service. */
  static async start(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const snaptLog = new TestLog();
    const cnaptLog = new TestLog();
    identity ??= createIdentity();
    const snapt = await startLoopbackSnapt(service, settings, await identity, snaptLog);
    const receipts: SwitchReceipt[] = [];
    const changed = new WakeUp();
    const site = makeLoopbackSite(snapt.port, settings, await identity, {
      log: cnaptLog,
      events: {
        placesTold: () => {},
        servicesAnnounced: () => changed.wake(),
        switchEnded: (receipt) => {
          receipts.push(receipt);
          cnaptLog.mark("switch-ended");
          settings.switchEnded?.(receipt);
          changed.wake();
        },
      },
    });
    const address = { host: "127.0.0.1", port: 0 };
    const emulators = (settings.services ?? ["echo"]).map((name) =>
      new TcpEmulator(listenPlain(address), {
        service: name,
        open: (opening, application) => site.open(opening, application),
        compression: () => settings.compression ?? "none",
        tasks: TaskGroup.root(SYSTEM_CLOCK, cnaptLog),
      }).start()
    );
    const datagramEmulators = (settings.datagrams ?? []).map((name) =>
      new UdpEmulator(name, address, site.flows)
    );
    site.start();
    const logs = [snaptLog, cnaptLog] as const;
    return new LoopbackPair(snapt, {
      site,
      logs,
      receipts,
      emulators,
      datagramEmulators,
      changed,
    });
  }

  /** Starts and waits until CNAPT is connected. */
  static async connected(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const pair = await LoopbackPair.start(service, settings);
    await pair.until((site) => site.state === "connected" && site.services.length > 0);
    return pair;
  }

  /** Another CNAPT of the same SNAPT, with its first UDP service. */
  async besides(service: string, settings: PairSettings): Promise<SiteBesides> {
    const log = new TestLog();
    const site = makeLoopbackSite(this.port, settings, await (identity ??= createIdentity()), {
      log,
      events: { servicesAnnounced: () => {}, switchEnded: () => {}, placesTold: () => {} },
    });
    const emulator = new UdpEmulator(service, { host: "127.0.0.1", port: 0 }, site.flows);
    site.start();
    return {
      site,
      datagramPort: emulator.port,
      [Symbol.asyncDispose]: async () => {
        await emulator.close();
        await site.stop();
      },
    };
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

  /** What datagrams go through when `isGated`. */
  get gate(): UdpGate {
    if (this.#gate === null) throw new TypeError("Cannot close the gate: there is none");
    return this.#gate;
  }

  /** Where client applications find a UDP service. */
  datagramPort(service = 0): number {
    return this.#datagramEmulators[service]?.port ?? 0;
  }

  async switchTo(provider: string, shape: "overlapped" | "strict"): Promise<SwitchReceipt> {
    return await this.site.switchTo(
      { to: provider, shape, reason: "test" },
      AbortSignal.timeout(PATIENCE_MS),
    );
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
    await Promise.all(this.#datagramEmulators.map((emulator) => emulator.close()));
    await this.site.stop();
    await this.server.stop();
    await this.#gate?.[Symbol.asyncDispose]();
  }
}

/** One turn of the event loop, timers included. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
