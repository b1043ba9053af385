import type { ByteConn } from "../../net/byte_conn.ts";
import type { Clock } from "../run/clock.ts";

/** What an application gets is answered in a moment; whatever is answered by then costs one look. */
const FIRST_LOOK_MS = 2_000;

/**
 * Sees to it that the host of an application is looked at as long as it has not answered what was
 * written to it. While it answers in time there is one look in `FIRST_LOOK_MS` and nothing else,
 * however much is written.
 */
export class AnswerWatch {
  readonly #clock: Clock;
  #state: "atRest" | "watching" = "atRest";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something is being written to `application`. */
  written(application: ByteConn): void {
    if (this.#state === "watching" || application.lookForAnswer === undefined) return;
    this.#state = "watching";
    this.#lookIn(FIRST_LOOK_MS, application);
  }

  #lookIn(delayMs: number, application: ByteConn): void {
    this.#clock.timer(delayMs, () => {
      const again = application.lookForAnswer?.() ?? null;
      if (again === null) this.#state = "atRest";
      else this.#lookIn(again, application);
    });
  }
}
