import { ALL_SERVICES } from "../../../lib/core/decision/service_rule.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { TcpEmulator } from "../../../lib/relay/emulator/tcp_emulator.ts";
import { NO_CONNECTOR } from "../../../lib/relay/network/connector.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { CnaptSite } from "../../../lib/relay/site/cnapt_site.ts";
import { TestLog } from "../../test_log.ts";
import { OTHER_ID } from "./attacker.ts";
import type { LoopbackPair } from "./loopback_pair.ts";
import { KEY } from "./loopback_snapt.ts";

const LIMITS = { ringBytes: 1 << 20, sessionBytes: 64 << 20, streams: 256 };

/** Another CNAPT of the SNAPT of a pair, with the service `echo`; it has one provider. */
export class SecondCnapt implements AsyncDisposable {
  readonly log = new TestLog();
  readonly site: CnaptSite;
  readonly #emulator: TcpEmulator;

  private constructor(port: number, id: Uint8Array) {
    const provider = { key: "c", via: { kind: "address", address: "127.0.0.4" } } as const;
    this.site = new CnaptSite({
      settings: {
        name: "home",
        flows: 256,
        endpoint: { host: "127.0.0.1", port, credentials: { id, key: KEY }, tls: null },
        session: {
          limits: LIMITS,
          liveness: { heartbeatMs: 2_000, deadAfterMs: 1_500 },
          switchTimeoutMs: 10_000,
          ruleOf: () => ALL_SERVICES,
          clientServices: [],
        },
        clientApplications: {
          direct: null,
          openClientApplication: () => Promise.reject(new TypeError("it has none")),
          findClientApplication: () => Promise.reject(new TypeError("it has none")),
        },
      },
      providers: {
        find: (key) => key === provider.key ? provider : null,
        candidates: () => [provider],
      },
      budget: new MemoryBudget(1 << 28),
      tasks: TaskGroup.root(SYSTEM_CLOCK, this.log),
      log: this.log,
      events: { placesTold: () => {}, servicesAnnounced: () => {}, switchEnded: () => {} },
      connector: NO_CONNECTOR,
    });
    this.#emulator = new TcpEmulator(listenPlain({ host: "127.0.0.1", port: 0 }), {
      service: "echo",
      open: (opening, application) => this.site.open(opening, application),
      compression: () => "none",
      tasks: TaskGroup.root(SYSTEM_CLOCK, this.log),
    }).start();
  }

  /** Starts and waits until it is connected. */
  static async connected(
    pair: LoopbackPair,
    id: Uint8Array = OTHER_ID,
  ): Promise<SecondCnapt> {
    const second = new SecondCnapt(pair.port, id);
    second.site.start();
    await pair.eventually(
      () => second.site.state === "connected" && second.site.hasService("echo"),
      "the second CNAPT is connected",
    );
    return second;
  }

  /** A client application connects to the emulator of `echo`. */
  async connect(): Promise<Deno.TcpConn> {
    return await Deno.connect({ hostname: "127.0.0.1", port: this.#emulator.port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emulator.close();
    await this.site.stop();
  }
}
