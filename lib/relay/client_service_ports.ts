import type { SourceRange } from "../core/access/source_list.ts";
import {
  type ClientServiceOutcome,
  MAX_REASON_BYTES,
  type OfferedClientService,
} from "../core/wire/client_service_messages.ts";
import type { ByteConn } from "../net/byte_conn.ts";
import { monotonicMs } from "../net/clock.ts";
import { ListenFailed, listenPlain } from "../net/listen.ts";
import { AccessGate } from "./access_gate.ts";
import { Emulator } from "./emulator.ts";
import type { RelayLog } from "./relay_log.ts";

/** What SNAPT lets one CNAPT offer to server applications, and where. */
export interface ClientServicePolicy {
  /** Why this service may not be offered; null if it may. */
  refusalOf(service: OfferedClientService): string | null;
  /**
   * The virtual address that stands for this CNAPT, ready to be listened on.
   *
   * @throws {Error} there is none; the message says why
   */
  address(): Promise<string>;
  /** Which hosts may connect there. */
  readonly allow: readonly SourceRange[];
}

/** A client service in the status of SNAPT. */
export interface ClientServiceSnapshot extends ClientServiceOutcome {
  readonly protocol: OfferedClientService["protocol"];
  /** How many connections of hosts that may not use it were turned away. */
  readonly refused: number;
}

export interface ClientServicePortsContext {
  readonly policy: ClientServicePolicy | null;
  /** A server application has connected to `service`. */
  readonly called: (service: string, source: string, application: ByteConn) => void;
  readonly log: RelayLog;
}

/**
 * The server sockets on SNAPT that stand in for the ports of one CNAPT's client applications
 * (patent: Client Service Emulator server sockets). They stay open while that CNAPT is between
 * networks, and as long as its session lives.
 */
export class ClientServicePorts {
  readonly #context: ClientServicePortsContext;
  #open: { readonly service: OfferedClientService; readonly emulator: Emulator }[] = [];
  #refused: ClientServiceSnapshot[] = [];
  #life: "open" | "closed" = "open";

  constructor(context: ClientServicePortsContext) {
    this.#context = context;
  }

  /** Opens these, and no others any more; what came of each one. */
  async open(services: readonly OfferedClientService[]): Promise<readonly ClientServiceOutcome[]> {
    this.#closeAll();
    for (const service of services) {
      const reason = await this.#openOne(service);
      if (reason === null) continue;
      this.#context.log.warn("client-service-not-opened", { service: service.name, reason });
      const { name, protocol } = service;
      this.#refused.push({ name, protocol, address: "", reason, refused: 0 });
    }
    if (this.#life === "closed") this.#closeAll();
    return this.snapshot().map(({ name, address, reason }) => ({
      name,
      address,
      reason: cutText(reason),
    }));
  }

  snapshot(): readonly ClientServiceSnapshot[] {
    const open = this.#open.map(({ service: { name, protocol }, emulator }) => ({
      name,
      protocol,
      address: emulator.name,
      reason: "",
      refused: emulator.refused,
    }));
    return [...open, ...this.#refused];
  }

  close(): void {
    this.#life = "closed";
    this.#closeAll();
  }

  #closeAll(): void {
    for (const { emulator } of this.#open) void emulator.close();
    this.#open = [];
    this.#refused = [];
  }

  /** Why it cannot be opened; null when it is open. */
  async #openOne(service: OfferedClientService): Promise<string | null> {
    const { policy, called, log } = this.#context;
    if (policy === null) return "SNAPT has no virtual addresses (`virtual:` in snapt.yaml)";
    const refusal = policy.refusalOf(service);
    if (refusal !== null) return refusal;
    try {
      const host = await policy.address();
      const emulator = new Emulator(
        service.name,
        listenPlain({ host, port: service.port }),
        ({ source }, application) => called(service.name, source, application),
        () => "none",
        new AccessGate(policy.allow, log, monotonicMs),
      );
      this.#open.push({ service, emulator });
      log.info("client-service-opened", { service: service.name, at: emulator.name });
      return null;
    } catch (error) {
      if (error instanceof ListenFailed && error.code === "taken") {
        return `port ${service.port} of the virtual address is taken by another program`;
      }
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** As much of a reason as fits into the message to CNAPT. */
function cutText(reason: string): string {
  const encoder = new TextEncoder();
  let cut = reason;
  while (encoder.encode(cut).length > MAX_REASON_BYTES) cut = cut.slice(0, -1);
  return cut;
}
