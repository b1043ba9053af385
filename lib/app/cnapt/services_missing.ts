import { LoggedOnce } from "../../relay/run/logged_once.ts";
import type { Log } from "../program/log.ts";

/** As many are kept: a SNAPT may announce a thousand that cannot be offered. */
const MAX_KEPT = 64;

/** Why a service has no port here, for people and programs. */
export interface WhyMissing {
  readonly reason: string;
  readonly reason_code?: string;
}

/** The services of a site that have no port here, and why; the log says each reason once. */
export class ServicesMissing {
  readonly #log: Pick<Log, "warn">;
  readonly #told = new LoggedOnce();
  readonly #reasons = new Map<string, string>();

  constructor(log: Pick<Log, "warn">) {
    this.#log = log;
  }

  get all(): readonly { readonly service: string; readonly reason: string }[] {
    return [...this.#reasons].map(([service, reason]) => ({ service, reason }));
  }

  note(service: string, why: WhyMissing): void {
    const isKept = this.#reasons.has(service) || this.#reasons.size < MAX_KEPT;
    if (isKept) this.#reasons.set(service, why.reason);
    if (this.#told.isNew(why.reason)) this.#log.warn("service-not-offered", { service, ...why });
  }

  /** It has a port now. */
  found(service: string): void {
    this.#reasons.delete(service);
  }

  /** What is not among these is missed by nobody. */
  keepOnly(services: readonly string[]): void {
    for (const service of this.#reasons.keys()) {
      if (!services.includes(service)) this.#reasons.delete(service);
    }
  }
}
