import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { CnaptFlow } from "../datagram/cnapt_flow.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { FlowSocket } from "../datagram/flow_socket.ts";

/** Where the client application of a UDP client service is. */
export type FindClientApplication = (service: string) => Promise<Endpoint>;

/**
 * Answers the calls of server applications that use UDP, at CNAPT: each one becomes a flow with a
 * socket of its own towards the client application.
 */
export class DatagramAnswers {
  readonly #flows: CnaptFlows;
  readonly #find: FindClientApplication;
  readonly #refuse: (call: number, code: ResetCode) => void;
  readonly #log: RelayLog;

  constructor(
    flows: CnaptFlows,
    find: FindClientApplication,
    refuse: (call: number, code: ResetCode) => void,
    log: RelayLog,
  ) {
    this.#flows = flows;
    this.#find = find;
    this.#refuse = refuse;
    this.#log = log;
  }

  take(call: number, service: string, source: string): void {
    let flow: CnaptFlow | null = null;
    const side = new FlowSocket(this.#find(service), {
      received: (payload) => flow !== null && this.#flows.send(flow, payload),
      dropped: (reason) => this.#flows.drops.add(reason),
      found: () => {},
      failed: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn("client-application-unreachable", { service, reason });
        this.#refuse(call, "serviceUnreachable");
        if (flow !== null) this.#flows.close(flow);
      },
    });
    flow = this.#flows.open({ kind: "call", call, name: service }, source, {
      deliver: (payload) => side.send(payload),
      flowEnded: () => side.close(),
    });
    if (flow !== null) return this.#flows.announce(flow);
    this.#log.warn("call-refused", { service, reason: "too many flows" });
    side.close();
    this.#refuse(call, "limit");
  }
}
