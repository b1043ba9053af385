import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { StreamOpening } from "../../../../../lib/core/wire/stream_opening.ts";
import type { PathReport } from "../../../../../lib/core/wire/path_report.ts";
import type { AdmittedClient } from "../../../../../lib/relay/access/admitted_client.ts";
import { type Admission, authenticateToSnapt } from "../../../../../lib/relay/link/link_auth.ts";
import { Link } from "../../../../../lib/relay/link/link.ts";
import { SnaptServer } from "../../../../../lib/relay/server/snapt_server.ts";
import type { SnaptServerSettings } from "../../../../../lib/relay/server/snapt_server_context.ts";
import { TaskGroup } from "../../../../../lib/relay/run/task_group.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { tcpService } from "../../../../opening.ts";
import { TestLog } from "../../../../test_log.ts";
import { settle, VirtualClock } from "../../../../virtual_clock.ts";
import { SNAPT_SETTINGS } from "../../../core/session/session_settings.ts";
import { MemoryListener } from "./memory_listener.ts";

export const KEY = new Uint8Array(32).fill(7);

export const SETTINGS: SnaptServerSettings = {
  site: "home",
  limits: SNAPT_SETTINGS.limits,
  sessions: 2,
  parkedPerClient: 3,
  pending: { pendingPerSource: 4, pending: 6, failuresPerSecond: 2 },
  handshakeMs: 5_000,
  switchTimeoutMs: 10_000,
  inactivityMs: 60_000,
};

export const CLIENT: AdmittedClient = {
  name: "laptop",
  services: [tcpService("ssh", 22)],
  clientServices: null,
  datagrams: [],
  destinations: [],
  isSourceTrusted: false,
  refusalOfDial: () => null,
};

/** The ID number `n`, in bytes. */
export function idOf(n: number): Uint8Array {
  return new Uint8Array(16).fill(n);
}

/** A SNAPT that listens in memory, under a virtual clock; it knows every ID but 99. */
export class ServerWorld {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  readonly listener = new MemoryListener();
  readonly reports: PathReport[] = [];
  /** What is known of an ID; a test may make a mistake of it. */
  admit = (idHex: string): Promise<Admission<AdmittedClient>> =>
    Promise.resolve(
      idHex.startsWith("63")
        ? { kind: "refused", code: "unknownId", sentence: "nobody knows it" }
        : { kind: "known", key: KEY, client: CLIENT },
    );
  /** What streams were opened to, and where servers are told that they come from. */
  readonly opened: StreamOpening[] = [];
  readonly server: SnaptServer;

  constructor(settings = SETTINGS) {
    this.server = new SnaptServer({
      places: () => [],
      settings,
      budget: new MemoryBudget(1 << 24),
      admit: (idHex) => this.admit(idHex),
      pairing: null,
      openService: (opening) => {
        this.opened.push(opening);
        return Promise.resolve(MemoryConn.pair()[0]);
      },
      datagrams: () => null,
      pathReported: (_client, _from, report) => this.reports.push(report),
      tasks: this.tasks,
      log: this.log,
    });
    this.server.serve(this.listener);
  }

  /** An authenticated link of CNAPT number `n`, at CNAPT's end. */
  async park(n = 1): Promise<Link> {
    const conn = this.listener.connect();
    await authenticateToSnapt(conn, { id: idOf(n), key: KEY });
    await settle();
    return new Link(conn, "a", this.tasks);
  }

  /** Starts a session of CNAPT number `n`; its control link at CNAPT's end. */
  async connect(n = 1, instance = "0011223344556677"): Promise<Link> {
    const link = await this.park(n);
    link.send({ kind: "connect", instance, claim: "atOnce" });
    await settle();
    return link;
  }

  async stop(): Promise<void> {
    const stopping = this.server.stop();
    await this.clock.advance(300); // nobody at the other end closes its control link
    await stopping;
  }
}
