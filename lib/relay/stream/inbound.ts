import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { Link } from "../link/link.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { Delivery } from "./delivery.ts";
import type { PumpContext } from "./pump_host.ts";

interface InboundLink {
  readonly link: Link;
  /** Position of the first byte that arrives on it. */
  readonly from: number;
}

/**
 * The direction from the links to the application. At most one link is current: a newer one takes
 * over when the current one has delivered everything before the newer one's `from`, or is gone.
 * A loop that finds its link no longer current ends without touching anything.
 */
export class Inbound {
  readonly #context: PumpContext;
  readonly #delivery: Delivery;
  readonly #linkLost: (link: Link) => void;
  #current: InboundLink | null = null;
  #next: InboundLink | null = null;

  /** `linkLost` hears of a link that ended with no other to take over. */
  constructor(context: PumpContext, delivery: Delivery, linkLost: (link: Link) => void) {
    this.#context = context;
    this.#delivery = delivery;
    this.#linkLost = linkLost;
  }

  /** Whether the direction still needs `link`. */
  uses(link: Link): boolean {
    return link === this.#current?.link || link === this.#next?.link;
  }

  /** Whether `link`, the only one, has brought everything, and what comes on it is not ours. */
  isCompleteOn(link: Link): boolean {
    return link === this.#current?.link && this.#next === null &&
      this.#context.stream.cursor.isLinkComplete;
  }

  attach(link: Link, from: number): void {
    const isCovered = this.#current !== null && this.#context.stream.cursor.taken < from;
    this.#next = { link, from };
    if (!isCovered) this.#startNext();
  }

  /** Takes nothing from any link. */
  detach(): void {
    this.#current = null;
    this.#next = null;
  }

  /** Tells the host when everything before the cut of a strict switch has arrived. */
  reportCut(): void {
    const { host, stream: { cut, cursor, id } } = this.#context;
    if (cut !== null && cursor.taken >= cut && this.#current !== null) {
      host.inboundMoved(id, this.#current.link.id);
    }
  }

  #startNext(): void {
    const { host, stream, tasks } = this.#context;
    const next = this.#next;
    if (next === null) return;
    this.#next = null;
    if (next.from > stream.cursor.taken) {
      this.#current = null;
      host.inboundBroken(stream.id);
      return;
    }
    stream.cursor.beginLink(next.from);
    this.#current = next;
    host.inboundMoved(stream.id, next.link.id);
    tasks.run("receive on link", () => this.#receiveOn(next));
  }

  async #receiveOn(inbound: InboundLink): Promise<void> {
    const { host, stream, tasks } = this.#context;
    const { link } = inbound;
    try {
      await this.#delivery.last; // else each switch would leave one more piece with a stuck application
      if (this.#current !== inbound) return;
      const rest = link.takeRest();
      if (rest.length > 0) await this.#take(inbound, rest);
      while (this.#current === inbound) {
        const bytes = await link.nextPayload();
        if (this.#current !== inbound) return;
        link.payloadTaken();
        if (bytes === null) break;
        await this.#take(inbound, bytes);
        const turn = tasks.turns.moved(2 * bytes.length);
        if (turn !== null) await turn;
      }
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation && this.#current === inbound) {
        return host.applicationFailed(stream.id, "protocol");
      }
    }
    if (this.#current !== inbound) return;
    this.#current = null;
    if (this.#next !== null) this.#startNext();
    else this.#linkLost(link);
  }

  /** Gives bytes that arrived on the current link to the application, in order. */
  async #take(inbound: InboundLink, bytes: Uint8Array): Promise<void> {
    const { host, stream } = this.#context;
    const { cursor } = stream;
    const skipped = cursor.take(bytes.length);
    host.payloadTaken(stream);
    this.reportCut();
    const isLast = this.#next !== null && cursor.taken >= this.#next.from;
    if (skipped < bytes.length) {
      const delivery = this.#delivery.deliver(bytes.subarray(skipped));
      if (isLast && this.#current === inbound) this.#startNext();
      await delivery;
    } else if (isLast && this.#current === inbound) this.#startNext();
  }
}
