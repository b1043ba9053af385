import type { SnaptEffect } from "../../core/session/snapt_effect.ts";
import type { SnaptSession } from "../../core/session/snapt/snapt_session.ts";
import { type WaitingCaller, WaitingCalls } from "../client_service/waiting_calls.ts";
import type { DatagramCaller } from "../datagram/datagram_caller.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

export interface ServerCallsContext {
  readonly session: SnaptSession;
  readonly apply: (effects: readonly SnaptEffect[]) => void;
  /** The session's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** The calls of server applications that wait for CNAPT to answer. */
export class ServerCalls {
  readonly waiting = new WaitingCalls();
  readonly #context: ServerCallsContext;

  constructor(context: ServerCallsContext) {
    this.#context = context;
  }

  /** A server application has connected to `service`; false when too many wait already. */
  make(service: string, source: string, caller: WaitingCaller): boolean {
    const { session, apply, tasks, log } = this.#context;
    if (tasks.isClosed) return false; // it was accepted while the session ended
    const made = tasks.guard("call", () => session.call(service, source));
    if (made === null) {
      log.warn("call-refused", { service, reason_code: "limit", reason: "too many connections" });
      return false;
    }
    this.waiting.add(made.call, caller);
    apply(made.effects);
    return true;
  }

  giveUp(caller: DatagramCaller): void {
    const call = this.waiting.callOf(caller);
    if (call === null) return;
    this.waiting.takeDatagrams(call);
    this.#context.session.callAnswered(call);
  }
}
