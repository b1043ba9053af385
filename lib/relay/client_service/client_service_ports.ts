import { type ClientServicePolicy, NoVirtualAddress } from "../access/client_service_policy.ts";
import {
  type ClientServiceOutcome,
  MAX_REASON_BYTES,
  type OfferedClientService,
} from "../../core/wire/client_service_messages.ts";
import { type HeldMemory, HoldBudget } from "../../core/datagram/hold_budget.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { type ListenAddress, ListenFailed, listenPlain } from "../../net/listen.ts";
import { isSame } from "../../config/config_change.ts";
import { AccessGate } from "../access/access_gate.ts";
import type { WaitingCaller } from "./waiting_calls.ts";
import { TcpEmulator } from "../emulator/tcp_emulator.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { VirtualDatagramPort, type VirtualDatagramPortEvents } from "./virtual_datagram_port.ts";

/** A client service in the status of SNAPT. */
export interface ClientServiceSnapshot extends ClientServiceOutcome {
  readonly protocol: OfferedClientService["protocol"];
  /** How many connections of hosts that are not allowed to use it were turned away. */
  readonly refused: number;
}

export interface ClientServicePortsContext {
  /** As it is to begin with. */
  readonly policy: ClientServicePolicy | null;
  /** A server application has connected to `service`; false where there are too many. */
  readonly called: (service: string, source: string, caller: WaitingCaller) => boolean;
  readonly dropped: VirtualDatagramPortEvents["dropped"];
  readonly gaveUp: VirtualDatagramPortEvents["gaveUp"];
  /** The session's: held datagrams count in it. */
  readonly memory: HeldMemory;
  /** The session's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The server sockets on SNAPT that stand in for the ports of one CNAPT's client applications
 * (patent: Client Service Emulator server sockets). They stay open while that CNAPT is between
 * networks, and as long as its session lives.
 */
export class ClientServicePorts {
  readonly #context: ClientServicePortsContext;
  readonly #holds = new HoldBudget();
  #policy: ClientServicePolicy | null;
  /** What CNAPT offered last. */
  #offered: readonly OfferedClientService[] = [];
  #open: { readonly service: OfferedClientService; readonly port: OpenPort }[] = [];
  #refused: ClientServiceSnapshot[] = [];
  #life: "open" | "closed" = "open";
  /** The newest offer; those before it open nothing more. */
  #offers = 0;

  constructor(context: ClientServicePortsContext) {
    this.#context = context;
    this.#policy = context.policy;
    this.#holds.countIn(context.memory);
  }

  /**
   * Opens these, and no others any more; what is open as it is wanted stays so, with those that
   * wait there. What came of each one; null when others were offered
   * meanwhile, or the session has ended: what is told then is told of those.
   */
  async open(
    services: readonly OfferedClientService[],
  ): Promise<readonly ClientServiceOutcome[] | null> {
    const offer = ++this.#offers;
    this.#offered = services;
    const isKept = (open: OfferedClientService) =>
      services.some((service) => isSame(service, open)) && this.#policy?.refusalOf(open) === null;
    this.#closeAll(isKept);
    for (const service of services) {
      if (this.#open.some((open) => open.service.name === service.name)) continue;
      const reason = await this.#openOne(service, offer);
      if (!this.#isCurrent(offer)) return null;
      if (reason === null) continue;
      this.#context.log.warn("client-service-not-opened", { service: service.name, reason });
      const { name, protocol } = service;
      this.#refused.push({ name, protocol, address: "", reason, refused: 0 });
    }
    return this.snapshot().map(({ name, address, reason }) => ({
      name,
      address,
      reason: cutText(reason),
    }));
  }

  /** Another policy holds: what it does not allow is closed, what it allows is opened. */
  async usePolicy(
    policy: ClientServicePolicy | null,
  ): Promise<readonly ClientServiceOutcome[] | null> {
    this.#policy = policy;
    return this.#offered.length === 0 ? null : await this.open(this.#offered);
  }

  snapshot(): readonly ClientServiceSnapshot[] {
    const open = this.#open.map(({ service: { name, protocol }, port }) => ({
      name,
      protocol,
      address: port.name,
      reason: "",
      refused: port.refused,
    }));
    return [...open, ...this.#refused];
  }

  close(): void {
    this.#life = "closed";
    this.#closeAll();
  }

  #closeAll(isKept: (service: OfferedClientService) => boolean = () => false): void {
    const kept = this.#open.filter(({ service }) => isKept(service));
    for (const open of this.#open) {
      if (!kept.includes(open)) this.#context.tasks.run("close port", () => open.port.close());
    }
    this.#open = kept;
    this.#refused = [];
  }

  #isCurrent(offer: number): boolean {
    return this.#life === "open" && offer === this.#offers;
  }

  /**
   * Why it cannot be opened; null when it is open, or nobody wants it any more. Where the system
   * has no descriptor left it is opened as soon as there is one.
   */
  async #openOne(service: OfferedClientService, offer: number): Promise<string | null> {
    do {
      try {
        return await this.#tryOne(service, offer);
      } catch (error) {
        if (!(error instanceof ListenFailed) || error.code !== "exhausted") throw error;
      }
    } while (await descriptors().whenRoom("application", () => this.#isCurrent(offer)));
    return null;
  }

  /** @throws {ListenFailed} `exhausted` */
  async #tryOne(service: OfferedClientService, offer: number): Promise<string | null> {
    const { log, tasks } = this.#context;
    const policy = this.#policy;
    if (policy === null) return "SNAPT has no virtual addresses (`virtual:` in snapt.yaml)";
    const refusal = policy.refusalOf(service);
    if (refusal !== null) return refusal;
    try {
      const listen = { host: await policy.address(), port: service.port };
      if (!this.#isCurrent(offer)) return null;
      const port = this.#listen(
        service,
        listen,
        new AccessGate(policy.allow, log, () => tasks.now()),
        policy.listen ?? listenPlain,
      );
      this.#open.push({ service, port });
      log.info("client-service-opened", { service: service.name, at: port.name });
      return null;
    } catch (error) {
      if (error instanceof NoVirtualAddress) return error.message;
      if (!(error instanceof ListenFailed)) throw error;
      if (error.code === "exhausted") throw error;
      if (error.code !== "taken") return error.message;
      return `port ${service.port} of the virtual address is taken by another program`;
    }
  }

  #listen(
    service: OfferedClientService,
    at: ListenAddress,
    gate: AccessGate,
    listen: typeof listenPlain,
  ): OpenPort {
    const { called, dropped, gaveUp, tasks } = this.#context;
    const { name } = service;
    if (service.protocol === "udp") {
      return new VirtualDatagramPort(at, {
        service: name,
        terms: service,
        gate,
        holds: this.#holds,
        tasks,
      }, {
        called: (application) =>
          called(name, application.server.key, { kind: "datagrams", application }),
        dropped,
        gaveUp,
      });
    }
    return new TcpEmulator(listen(at), {
      service: name,
      open: ({ source }, application) => {
        if (!called(name, source, { kind: "stream", application })) application.reset();
      },
      gate,
      tasks,
    }).start();
  }
}

/** A server socket, of either protocol. */
interface OpenPort {
  readonly name: string;
  readonly refused: number;
  close(): Promise<void>;
}

/** As much of a reason as fits into the message to CNAPT. */
function cutText(reason: string): string {
  const encoder = new TextEncoder();
  let cut = reason;
  while (encoder.encode(cut).length > MAX_REASON_BYTES) cut = cut.slice(0, -1);
  return cut;
}
