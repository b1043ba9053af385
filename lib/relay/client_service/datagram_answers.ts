import type { OfferedDatagramPort } from "../../core/wire/client_service_messages.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { CnaptFlow } from "../datagram/cnapt_flow.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { ServerPlace } from "../datagram/server_port.ts";
import { FlowSocket } from "../datagram/flow_socket.ts";

/** Where the client application of a UDP client service is. */
export type FindClientApplication = (service: string) => Promise<ServerPlace>;

export interface DatagramAnswersContext {
  readonly flows: CnaptFlows;
  readonly find: FindClientApplication;
  readonly refuse: (call: number, code: ResetCode) => void;
  /** The session's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * Answers the calls of server applications that use UDP, at CNAPT: each one becomes a flow with a
 * socket of its own towards the client application.
 */
export class DatagramAnswers {
  readonly #context: DatagramAnswersContext;
  /** A mistake of ours with a call costs that call. */
  readonly #tasks: TaskGroup;

  constructor(context: DatagramAnswersContext) {
    this.#context = context;
    this.#tasks = context.tasks.child("datagram calls", "keepGoing", context.log);
  }

  take(call: number, offered: OfferedDatagramPort, source: string): void {
    const { name: service } = offered;
    const { flows, find, refuse, log } = this.#context;
    let flow: CnaptFlow | null = null;
    const side = new FlowSocket(this.#tasks, flows.holds, {
      received: (payload) => flow !== null && flows.send(flow, payload),
      dropped: (reason) => flows.drops.add(reason),
      found: () => {},
      failed: ({ message: reason }) => {
        log.warn("client-application-unreachable", { service, reason });
        refuse(call, "serviceUnreachable");
        if (flow !== null) flows.close(flow);
      },
    });
    flow = flows.open({ kind: "call", call, name: service }, source, {
      deliver: (payload) => side.send(payload),
      flowEnded: () => side.close(),
    }, offered);
    if (flow === null) {
      log.warn("call-refused", { service, reason_code: "limit", reason: "too many flows" });
      return refuse(call, "limit");
    }
    flows.announce(flow);
    side.start(find(service));
  }
}
