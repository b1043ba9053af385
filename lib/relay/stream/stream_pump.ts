import type { ByteConn } from "../../net/byte_conn.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import type { Link } from "../link/link.ts";
import { Delivery } from "./delivery.ts";
import type { Parting } from "./parting.ts";
import { Inbound } from "./inbound.ts";
import { Outbound } from "./outbound.ts";
import type { PumpContext } from "./pump_host.ts";

/** A link that has carried more than this has grown buffers, and is not kept for them. */
const MOST_CARRIED_BYTES = 256 * 1024;

/** In the middle of a switch a stream has two links, and a third where one of them is replaced. */
const MAX_LINKS = 4;

/**
 * Moves the bytes of one stream between its application socket and its links.
 *
 * Theory of operation. `Outbound` reads the application into the ring and writes the ring to a
 * link; `Inbound` reads links, one after the other, and hands what is new to `Delivery`, which
 * writes it to the application. The pump owns the links and the application: it closes them.
 *
 * All loops run in the stream's task group. What a connection does is a fact for the host, and so
 * is what the peer did wrong with its bytes. Whatever else is thrown (by the ring, by
 * compression, by the host) is a mistake of ours and reaches the group, which ends this stream.
 */
export class StreamPump {
  readonly #context: PumpContext;
  readonly #outbound: Outbound;
  readonly #inbound: Inbound;
  readonly #delivery: Delivery;
  readonly #links = new Set<Link>();
  #application: ByteConn | null = null;
  /** For the second link that a switch needs. */
  readonly #moveKept = descriptors().keepForMove();
  /** While a half is missing, the application or a link, a descriptor is kept for it. */
  #missing: (() => void) | null = null;
  #state: "open" | "released" | "reset" = "open";

  constructor(context: PumpContext) {
    this.#context = context;
    const linkLost = (link: Link) => this.#linkLost(link);
    this.#outbound = new Outbound(context, linkLost);
    this.#delivery = new Delivery(context, () => this.#outbound.applicationBroke());
    this.#inbound = new Inbound(context, this.#delivery, linkLost);
  }

  /** How many bytes the system at the application's end has not confirmed, as far as can be told. */
  get unconfirmedBytes(): number {
    return this.#application?.unconfirmedBytes?.() ?? 0;
  }

  /** Its links, with those that it is about to leave. */
  get links(): Iterable<Link> {
    return this.#links;
  }

  /** The two ends of the application's connection, `host:port`; null before it is there. */
  get ends(): Pick<ByteConn, "localAddress" | "remoteAddress"> | null {
    return this.#application;
  }

  /** Begins to wait for the application. */
  start(): void {
    this.#keepRoom();
    this.#context.tasks.run("application", async () => {
      const application = await this.#context.application;
      if (this.#state !== "open") return this.#endLate(application);
      this.#application = application;
      this.#keepRoom();
      this.#delivery.begin(application);
      if (application !== null) this.#outbound.startReading(application);
    });
  }

  attachOutbound(link: Link): void {
    this.#links.add(link);
    this.#keepRoom();
    this.#outbound.attach(link);
    this.#closeSurplus();
  }

  /** `from`: position of the first byte that arrives on `link`. */
  attachInbound(link: Link, from: number): void {
    this.#links.add(link);
    this.#keepRoom();
    this.#inbound.attach(link, from);
    this.#closeSurplus();
  }

  stopOutbound(): void {
    this.#outbound.hold();
  }

  /**
   * Takes all links away. What went over them is sent again where the peer does not have it, and
   * they may lead nowhere: a reset lets go of their sockets at once, with all that is in them.
   */
  detach(): void {
    this.#dropLinks("reset");
  }

  /** Nothing more is to leave on the links, also what the system keeps; `reset` comes next. */
  resetLinks(): void {
    for (const link of this.#links) link.reset();
  }

  closeOldLinks(): void {
    this.#closeUnused(0);
  }

  wakeReader(): void {
    this.#outbound.wake();
  }

  /** The end of the input, or the cut, may be reached without another byte. */
  checkInput(): void {
    this.#inbound.reportCut();
    this.#context.tasks.run("end input", () => this.#delivery.endIfComplete());
  }

  /** Ends a complete stream; the link that may carry another one, null when it has none such. */
  release(): Link | null {
    const link = this.#linkToKeep();
    if (link !== null) this.#links.delete(link);
    this.#end("released");
    this.#application?.close();
    return link;
  }

  /** Ends a failed stream; the application sees a reset. */
  reset(): void {
    this.#end("reset");
    this.#application?.reset();
  }

  /** Ends a stream whose session is over; how its application is to be left, if there is one. */
  leave(): Parting | null {
    const how = this.#delivery.isComplete ? "close" : "reset";
    this.#end("reset");
    if (this.#application === null) return null;
    this.#outbound.discard();
    return { application: this.#application, how };
  }

  /**
   * The only link, on which every byte of the stream has come and gone in order, so that both ends
   * know where the stream ends on it.
   */
  #linkToKeep(): Link | null {
    const [link] = this.#links;
    const { ring, cursor } = this.#context.stream;
    if (link === undefined || this.#links.size > 1 || !link.isOpen) return null;
    if (ring.end + cursor.taken > MOST_CARRIED_BYTES) return null;
    return this.#outbound.isCompleteOn(link) && this.#inbound.isCompleteOn(link) ? link : null;
  }

  /** However often the peer binds the stream again, it holds no more links than it can need. */
  #closeSurplus(): void {
    this.#closeUnused(MAX_LINKS);
  }

  /** Closes links that carry nothing any more, the oldest first, until there are `most`. */
  #closeUnused(most: number): void {
    for (const link of this.#links) {
      if (this.#links.size <= most) return;
      if (link === this.#outbound.link || this.#inbound.uses(link)) continue;
      link.close();
      this.#links.delete(link);
    }
  }

  #end(state: "released" | "reset"): void {
    this.#state = state;
    this.#moveKept();
    this.#outbound.close();
    this.#delivery.close();
    this.#dropLinks("close");
  }

  #dropLinks(how: "close" | "reset"): void {
    this.#outbound.hold();
    this.#inbound.detach();
    for (const link of this.#links) link[how]();
    this.#links.clear();
    this.#keepRoom();
  }

  /** An application that comes when the stream is over sees what it would have seen before. */
  #endLate(application: ByteConn | null): void {
    if (this.#state === "reset") application?.reset();
    else application?.close();
  }

  #keepRoom(): void {
    const isMissing = this.#state === "open" &&
      (this.#application === null || this.#links.size === 0);
    if (!isMissing) {
      this.#missing?.();
      this.#missing = null;
    } else this.#missing ??= descriptors().promise();
  }

  #linkLost(link: Link): void {
    if (!this.#links.has(link)) return;
    this.#context.host.streamLinkLost(this.#context.stream.id, link.id);
  }
}
