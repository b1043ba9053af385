import type { BindDatagrams } from "../../core/wire/datagram_messages.ts";
import type { SnaptSession } from "../../core/session/snapt/snapt_session.ts";
import type { WaitingCalls } from "../client_service/waiting_calls.ts";
import { DatagramLink } from "../datagram/datagram_link.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";
import { flushOrClose } from "../link/flush_or_close.ts";
import type { Link } from "../link/link.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** CNAPT gives a link for datagrams up that is not bound within this time. */
const BOUND_FLUSH_MS = 5_000;

export interface ServedDatagramsContext {
  readonly session: SnaptSession;
  readonly calls: WaitingCalls;
  /** Something came from CNAPT. */
  readonly heard: () => void;
  /** The session's. */
  readonly tasks: TaskGroup;
}

/** The datagrams of one SNAPT session, which may be given some only while it lives. */
export class ServedDatagrams {
  readonly #context: ServedDatagramsContext;
  #flows: SnaptFlows | null = null;
  #binding = 0;

  constructor(context: ServedDatagramsContext) {
    this.#context = context;
  }

  /** Null as long as it has no UDP. */
  get flows(): SnaptFlows | null {
    return this.#flows;
  }

  /** These are the flows of the session, for good. */
  use(flows: SnaptFlows): void {
    if (this.#flows === flows) return;
    const { session, calls } = this.#context;
    this.#flows = flows;
    flows.countIn(session.memory);
    flows.answerCalls((call) => session.callAnswered(call) ? calls.takeDatagrams(call) : null);
  }

  /** A link that is to carry datagrams. */
  bind(link: Link, { instance, epoch, binding, above }: BindDatagrams): void {
    const { session, tasks } = this.#context;
    const flows = this.#flows;
    const isStale = instance !== session.instance || epoch < session.epoch ||
      binding <= this.#binding;
    if (flows === null || isStale || session.controlLink === null) return link.close();
    this.#binding = binding;
    link.send({ kind: "boundDatagrams", binding });
    tasks.run("datagram link", async () => {
      await flushOrClose(link, tasks, BOUND_FLUSH_MS);
      if (!link.isOpen || binding !== this.#binding) return link.close();
      this.#carry(link, flows, above);
    });
  }

  #carry(link: Link, flows: SnaptFlows, above: number): void {
    const carrier: DatagramLink = new DatagramLink(link.conn, flows.tasks, {
      received: (packet) => {
        this.#context.heard();
        flows.client.linkReceived(packet, carrier);
      },
      ended: () => flows.client.linkEnded(carrier),
    });
    flows.client.useLink(carrier, above);
    carrier.start(link.takeRest());
  }
}
