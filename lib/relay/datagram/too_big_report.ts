import type { RelayLog } from "../run/relay_log.ts";

/** Says of datagrams that do not fit the network; once on each way, further ones are only counted. */
export class TooBigReport {
  readonly #log: RelayLog;
  #state: "due" | "done" = "due";

  constructor(log: RelayLog) {
    this.#log = log;
  }

  /** Packets go another way from now on. */
  wayChanged(): void {
    this.#state = "due";
  }

  /** One of `bytes` was not sent because it does not fit. */
  note(bytes: number): void {
    if (this.#state === "done") return;
    this.#state = "done";
    this.#log.warn("datagram-too-big", {
      bytes,
      reason: "it does not fit the network and is not cut: such ones go by a link from now on",
    });
  }
}
