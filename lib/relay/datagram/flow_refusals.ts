import type { DropCounters } from "../../core/datagram/drop_counters.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** Counts and logs where flows of one CNAPT do not lead, each target once. */
export class FlowRefusals {
  readonly #drops: DropCounters;
  readonly #log: RelayLog;
  readonly #told = new LoggedOnce();

  constructor(drops: DropCounters, log: RelayLog) {
    this.#drops = drops;
    this.#log = log;
  }

  /** `lost`: how many datagrams are dropped because of it. */
  note(target: StreamTarget, code: "notAllowed" | "unreachable", reason: string, lost = 1): void {
    this.#drops.add(code, lost);
    const name = nameOfTarget(target);
    if (!this.#told.isNew(`${code} ${name}`)) return;
    if (target.kind === "service") {
      this.#log.warn("service-unreachable", { service: name, reason_code: code, reason });
    } else this.#log.info("destination-refused", { destination: name, reason_code: code, reason });
  }
}
