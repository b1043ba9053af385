import { unreachable } from "../../core/exhaustive.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** How often those that may have gone are looked at. */
const LOOK_EVERY_MS = 1_000;
/** Where thousands of connections make a look slow, the pause is so many times as long. */
const PAUSE_FOR_LOOK = 20;
/**
 * What a client said before it went is kept for so long: a dial on a slow network takes as much,
 * and somebody may have wanted it done.
 */
const KEEP_WORDS_MS = 10_000;

/** The session driver, as far as clients that have gone are concerned. */
export interface DepartedClientsHost {
  /** The stream of a number; null when it is gone. */
  streamOf(id: number): StreamRecord | null;
  applicationFailed(stream: number, code: ResetCode): void;
}

interface Client {
  readonly stream: StreamRecord;
  readonly application: ByteConn;
  readonly since: number;
}

/**
 * Ends the streams whose client has gone before they ever had a link. Nobody waits for them, SNAPT
 * has not heard of them, and each holds a socket for as long as there is no network.
 *
 * Nothing was read of these clients (`ClientOpenings`). One that has only ended what it says still
 * waits for its answer, and stays; so does one of which the system cannot tell.
 */
export class DepartedClients {
  readonly #host: DepartedClientsHost;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #waiting = new Map<number, Client>();
  #looking: "no" | "soon" = "no";

  constructor(host: DepartedClientsHost, tasks: TaskGroup, log: RelayLog) {
    this.#host = host;
    this.#tasks = tasks;
    this.#log = log;
  }

  /** Looks after the client of `stream` until that has its first link. */
  watch(stream: number, application: ByteConn): void {
    const record = this.#host.streamOf(stream);
    if (record === null) return;
    const since = this.#tasks.now();
    this.#waiting.set(stream, { stream: record, application, since });
    this.#lookSoon();
  }

  #lookSoon(pauseMs = LOOK_EVERY_MS): void {
    if (this.#looking === "soon") return;
    this.#looking = "soon";
    this.#tasks.timer(pauseMs, () => this.#tasks.run("look for clients", () => this.#look()));
  }

  async #look(): Promise<void> {
    const began = this.#tasks.now();
    await Promise.all([...this.#waiting.values()].map((client) => this.#lookAt(client)));
    this.#looking = "no";
    const tookMs = this.#tasks.now() - began;
    if (this.#waiting.size > 0) this.#lookSoon(Math.max(LOOK_EVERY_MS, PAUSE_FOR_LOOK * tookMs));
  }

  async #lookAt(client: Client): Promise<void> {
    if (!this.#isWaiting(client)) return;
    const waitedMs = this.#tasks.now() - client.since;
    if (waitedMs < LOOK_EVERY_MS) return;
    const departure = await client.application.peerDeparture?.() ?? "unknown";
    // There may have been a link meanwhile.
    if (!this.#isWaiting(client)) return;
    switch (departure) {
      case "left":
        return this.#end(client, "debug");
      case "leftWords":
        if (waitedMs >= KEEP_WORDS_MS) this.#end(client, "info");
        return;
      case "stays":
      case "unknown":
        return;
      default:
        unreachable(departure);
    }
  }

  /** Whether its stream still waits for its first link; else it is forgotten. */
  #isWaiting({ stream }: Client): boolean {
    const isWaiting = this.#host.streamOf(stream.id) === stream &&
      stream.confirmation === "unannounced";
    if (!isWaiting) this.#waiting.delete(stream.id);
    return isWaiting;
  }

  #end({ stream: { id, opening } }: Client, level: "debug" | "info"): void {
    this.#waiting.delete(id);
    const fields = { service: nameOfTarget(opening.target), stream: id };
    if (level === "info") this.#log.info("client-gone-unserved", fields);
    else this.#log.debug("client-gone-unserved", fields);
    this.#host.applicationFailed(id, "application");
  }
}
