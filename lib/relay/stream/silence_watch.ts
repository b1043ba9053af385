import type { ByteConn } from "../../net/byte_conn.ts";
import { SHARED_LOOK_MS } from "../../net/socket_table.ts";
import type { Clock } from "../run/clock.ts";

/** An application that has said nothing for so long after it spoke is looked at again. */
const SILENT_MS = 20;

/**
 * Looks again at an application that has spoken and then fallen silent: its last byte may be an
 * urgent one, which the system has and does not announce. Once for each silence; while it goes on
 * speaking there is one timer in `SILENT_MS` and nothing else.
 */
export class SilenceWatch {
  readonly #application: ByteConn;
  readonly #clock: Clock;
  #state: "atRest" | "silent" | "speaking" = "atRest";

  constructor(application: ByteConn, clock: Clock) {
    this.#application = application;
    this.#clock = clock;
  }

  /** The application has just said something. */
  heard(): void {
    if (this.#application.lookAgain === undefined) return;
    if (this.#state === "atRest") this.#lookIn(SILENT_MS);
    else this.#state = "speaking";
  }

  #lookIn(delayMs: number): void {
    this.#state = "silent";
    this.#clock.timer(delayMs, () => this.#look());
  }

  #look(): void {
    if (this.#state === "speaking") return this.#lookIn(SILENT_MS);
    if (this.#application.lookAgain?.() === "later") return this.#lookIn(SHARED_LOOK_MS);
    this.#state = "atRest";
  }
}
