import { parseSourceRange } from "../../lib/core/access/source_list.ts";
import { MemoryBudget } from "../../lib/core/stream/memory_budget.ts";
import type { ListenAddress } from "../../lib/net/listen.ts";
import type { AdmittedClient, OpenServerService } from "../../lib/relay/access/admitted_client.ts";
import type { SnaptSession } from "../../lib/core/session/snapt/snapt_session.ts";
import type { Clock } from "../../lib/relay/run/clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { SnaptServer } from "../../lib/relay/server/snapt_server.ts";
import type { SnaptServerSettings } from "../../lib/relay/server/snapt_server_context.ts";
import type { SnaptDriver } from "../../lib/relay/session/snapt_driver.ts";
import type { ByteConn } from "../../lib/net/byte_conn.ts";
import type { RelayLog } from "../../lib/relay/run/relay_log.ts";
import type { SimConn } from "./sim_conn.ts";
import { tellAgain, ToldLog } from "../told_log.ts";
import { SimListener } from "./sim_listener.ts";

/** What a SNAPT of a world works with. */
export interface SimSnaptContext {
  readonly clock: Clock;
  readonly settings: SnaptServerSettings;
  readonly key: Uint8Array;
  readonly services: AdmittedClient["services"];
  readonly openService: OpenServerService;
  /** It has too many connections to pass on the last call. */
  readonly callTurnedAway: () => void;
  readonly log: RelayLog;
}

/** SNAPT's program: the server that ships, which listens in a world. */
export class SimSnapt {
  /** Why the last session ended; null while it has not. */
  endReason: string | null = null;
  readonly #server: SnaptServer;
  readonly #listener = new SimListener("192.0.2.1", 7787);
  /** The server sockets of client services, by port. */
  readonly #ports = new Map<number, SimListener>();
  #driver: SnaptDriver | null = null;

  constructor({ clock, settings, key, services, openService, ...given }: SimSnaptContext) {
    const log = new ToldLog((line) => {
      const { event, fields } = line;
      tellAgain(given.log, line);
      if (event === "session-ended") this.endReason = String(fields["reason"]);
      if (event === "call-refused") given.callTurnedAway();
    });
    const client: AdmittedClient = {
      name: "laptop",
      services,
      clientServices: {
        refusalOf: () => null,
        address: () => Promise.resolve("192.0.2.8"),
        rules: [],
        mayUseDatagrams: false,
        allow: [parseSourceRange("0.0.0.0/0")],
        listen: (at) => this.#listen(at),
      },
      datagrams: [],
      destinations: [],
      isSourceTrusted: true,
      refusalOfDial: () => null,
    };
    this.#server = new SnaptServer({
      places: () => [],
      settings,
      budget: new MemoryBudget(1e9),
      admit: () => Promise.resolve({ kind: "known", key, client }),
      pairing: null,
      openService,
      datagrams: () => null,
      pathReported: () => {},
      tasks: TaskGroup.root(clock, log, "snapt"),
      log,
    });
    this.#server.serve(this.#listener);
  }

  /** The driver of the newest session; null before the first. */
  get driver(): SnaptDriver | null {
    for (const { driver } of this.#server.sessions.values()) {
      if (driver !== this.#driver) this.endReason = null;
      this.#driver = driver;
    }
    return this.#driver;
  }

  get session(): SnaptSession {
    const { driver } = this;
    if (driver === null) throw new Error("Cannot look at SNAPT: there is no session yet");
    return driver.session;
  }

  /** What the rings of all sessions take. */
  get memoryBytes(): number {
    return this.#server.memoryBytes;
  }
  get sessions(): number {
    return this.#server.sessions.size;
  }

  accept(conn: SimConn): void {
    if (this.#listener.isOpen) this.#listener.give(conn);
    else conn.reset();
  }

  /** A server application connects to the client service at `port`; false: nobody listens. */
  call(port: number, application: ByteConn): boolean {
    const listener = this.#ports.get(port);
    if (listener?.isOpen !== true) return false;
    listener.give(application);
    return true;
  }

  /** SNAPT ends the session. */
  end(): void {
    this.driver?.end();
  }

  /** The program ends. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  #listen({ host, port }: ListenAddress): SimListener {
    const listener = new SimListener(host, port);
    this.#ports.set(port, listener);
    return listener;
  }
}
