import type {
  ClientServiceOutcome,
  OfferedClientService,
} from "../../core/wire/client_service_messages.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** The client services of one site, and what its SNAPT made of them. */
export class OfferedClientServices {
  readonly #services: () => readonly OfferedClientService[];
  readonly #log: RelayLog;
  #outcomes: readonly ClientServiceOutcome[] = [];

  constructor(services: () => readonly OfferedClientService[], log: RelayLog) {
    this.#services = services;
    this.#log = log;
  }

  /** SNAPT has opened them, or said why not. */
  opened(outcomes: readonly ClientServiceOutcome[]): void {
    this.#outcomes = outcomes;
    for (const { name, address, reason } of outcomes) {
      if (address !== "") this.#log.info("client-service", { service: name, at: address });
      else this.#log.warn("client-service-refused", { service: name, reason });
    }
  }

  /** The session is over, and they with it. */
  closed(): void {
    this.#outcomes = [];
  }

  snapshot(): readonly (OfferedClientService & ClientServiceOutcome)[] {
    return this.#services().map((service) => ({
      ...{ ...service, address: "", reason: "" },
      ...this.#outcomes.find(({ name }) => name === service.name),
    }));
  }
}
