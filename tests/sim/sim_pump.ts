import type { LinkId } from "../../lib/core/stream/link_id.ts";
import type { StreamRecord } from "../../lib/core/stream/stream_record.ts";
import type { Chance } from "./chance.ts";
import type { SimApplication } from "./sim_application.ts";
import type { SimLink } from "./sim_link.ts";
import type { Arrival } from "./sim_link_end.ts";
import type { VirtualTime } from "./virtual_time.ts";

const MAX_PIECE_BYTES = 8 * 1024;

/** What a pump reports to the shell of its session. */
export interface SimPumpHost {
  delivered(stream: StreamRecord, bytes: number): void;
  applicationEnded(stream: number): void;
  inputEnded(stream: number): void;
  applicationFailed(stream: number): void;
  streamLinkLost(stream: number, link: LinkId): void;
  inboundBroken(stream: number): void;
  inboundMoved(stream: number, link: LinkId): void;
  payloadSent(stream: StreamRecord): void;
  payloadReceived(): void;
}

interface Inbound {
  readonly link: SimLink;
  readonly from: number;
}
interface Delivery {
  readonly bytes: Uint8Array;
  done: () => void;
}

/** `StreamPump` of the relay with callbacks of the virtual clock in place of promises. */
export class SimPump {
  readonly #stream: StreamRecord;
  readonly #host: SimPumpHost;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #links = new Set<SimLink>();
  readonly #deliveries: Delivery[] = [];
  #delivering: "idle" | "busy" = "idle";
  #application: SimApplication | null = null;
  #reader: "busy" | "waitingForRoom" = "busy";
  #sleeping: SimLink[] = [];
  #outbound: SimLink | null = null;
  #inbound: Inbound | null = null;
  #next: Inbound | null = null;
  #state: "open" | "closed" = "open";

  constructor(stream: StreamRecord, host: SimPumpHost, time: VirtualTime, chance: Chance) {
    this.#stream = stream;
    this.#host = host;
    this.#time = time;
    this.#chance = chance;
  }

  /** Pieces that were taken from links and not yet accepted by the application. */
  get heldPieces(): number {
    return this.#deliveries.length;
  }

  /** The application's connection is there. */
  connect(application: SimApplication): void {
    if (this.#state === "closed") return application.reset();
    this.#application = application;
    this.#readApplication(application);
    this.#deliverNext();
    this.#endInputIfComplete();
  }

  attachOutbound(link: SimLink): void {
    this.#links.add(link);
    this.#outbound = link;
    this.#wakeSenders();
    link.whenFlushed(() => this.#sendOn(link));
  }

  attachInbound(link: SimLink, from: number): void {
    this.#links.add(link);
    const isCovered = this.#inbound !== null && this.#stream.cursor.taken < from;
    this.#next = { link, from };
    if (!isCovered) this.#startNext();
  }

  stopOutbound(): void {
    this.#outbound = null;
    this.#wakeSenders();
  }

  detach(): void {
    this.#outbound = null;
    this.#inbound = null;
    this.#next = null;
    for (const link of this.#links) link.close();
    this.#links.clear();
    this.#wakeSenders();
  }

  closeOldLinks(): void {
    for (const link of this.#links) {
      const isUsed = link === this.#outbound || link === this.#inbound?.link ||
        link === this.#next?.link;
      if (isUsed) continue;
      link.close();
      this.#links.delete(link);
    }
  }

  wakeReader(): void {
    this.#wakeReader();
    this.#wakeSenders();
  }

  checkInput(): void {
    this.#reportCut();
    this.#endInputIfComplete();
  }

  release(): void {
    this.#close();
    this.#application?.close();
  }

  reset(): void {
    this.#close();
    this.#application?.reset();
  }

  #close(): void {
    this.#state = "closed";
    this.detach();
  }

  #readApplication(application: SimApplication): void {
    if (this.#state === "closed") return;
    const { ring, id } = this.#stream;
    const region = ring.writable(this.#chance.between(1, MAX_PIECE_BYTES));
    if (region.length === 0) {
      this.#reader = "waitingForRoom";
      return;
    }
    application.read(region, (count) => {
      if (this.#state === "closed") return;
      if (count === "failed") return this.#host.applicationFailed(id);
      if (count === null) return this.#host.applicationEnded(id);
      ring.commit(count);
      this.#wakeSenders();
      this.#readApplication(application);
    });
  }

  #wakeReader(): void {
    const application = this.#application;
    if (this.#reader !== "waitingForRoom" || application === null) return;
    this.#reader = "busy";
    this.#time.soon(() => this.#readApplication(application));
  }

  #wakeSenders(): void {
    for (const link of this.#sleeping.splice(0)) this.#time.soon(() => this.#sendOn(link));
  }

  #sendOn(link: SimLink): void {
    if (this.#outbound !== link) return;
    const { ring, id } = this.#stream;
    if (!ring.hasUnsent) {
      this.#sleeping.push(link);
      return;
    }
    const piece = ring.claim(MAX_PIECE_BYTES);
    this.#wakeReader();
    this.#host.payloadSent(this.#stream);
    link.end.write(piece, (outcome) => {
      if (outcome === "written") this.#sendOn(link);
      else if (this.#links.has(link)) this.#host.streamLinkLost(id, link.id);
    });
  }

  #startNext(): void {
    const next = this.#next;
    if (next === null) return;
    this.#next = null;
    if (next.from > this.#stream.cursor.taken) {
      this.#inbound = null;
      return this.#host.inboundBroken(this.#stream.id);
    }
    this.#stream.cursor.beginLink(next.from);
    this.#inbound = next;
    this.#host.inboundMoved(this.#stream.id, next.link.id);
    this.#whenDelivered(() => {
      if (this.#inbound !== next) return;
      const rest = next.link.takeRest();
      const readOn = () => this.#receiveOn(next);
      if (rest.length > 0) this.#take(next, rest, readOn);
      else readOn();
    });
  }

  #whenDelivered(run: () => void): void {
    const last = this.#deliveries.at(-1);
    if (last === undefined) return void this.#time.soon(run);
    const { done } = last;
    last.done = () => {
      done();
      run();
    };
  }

  #receiveOn(inbound: Inbound): void {
    if (this.#inbound !== inbound) return;
    inbound.link.end.read((arrival) => this.#arrived(inbound, arrival));
  }

  #arrived(inbound: Inbound, arrival: Arrival): void {
    if (this.#inbound !== inbound) return;
    if (typeof arrival !== "string") {
      return this.#take(inbound, arrival, () => this.#receiveOn(inbound));
    }
    this.#inbound = null;
    const { link } = inbound;
    if (this.#next !== null) this.#startNext();
    else if (this.#links.has(link)) this.#host.streamLinkLost(this.#stream.id, link.id);
  }

  #take(inbound: Inbound, bytes: Uint8Array, done: () => void): void {
    const { cursor } = this.#stream;
    const skipped = cursor.take(bytes.length);
    this.#host.payloadReceived();
    this.#reportCut();
    const isLast = this.#next !== null && cursor.taken >= this.#next.from;
    const isWhollySkipped = skipped === bytes.length;
    if (!isWhollySkipped) this.#deliveries.push({ bytes: bytes.subarray(skipped), done });
    if (isLast && this.#inbound === inbound) this.#startNext();
    if (isWhollySkipped) this.#time.soon(done);
    else this.#deliverNext();
  }

  #deliverNext(): void {
    const application = this.#application;
    const next = this.#deliveries[0];
    const mayDeliver = this.#delivering === "idle" && this.#state === "open";
    if (application === null || next === undefined || !mayDeliver) return;
    this.#delivering = "busy";
    application.write(next.bytes, (outcome) => {
      this.#delivering = "idle";
      this.#deliveries.shift();
      if (this.#state === "closed") return;
      if (outcome === "failed") return this.#host.applicationFailed(this.#stream.id);
      this.#host.delivered(this.#stream, next.bytes.length);
      this.#endInputIfComplete();
      next.done();
      this.#deliverNext();
    });
  }

  #endInputIfComplete(): void {
    const application = this.#application;
    const { cursor, id, input } = this.#stream;
    const isDue = cursor.isComplete && input === "open" && this.#state === "open";
    if (!isDue || application === null) return;
    application.closeWrite(() => {
      if (this.#state === "open") this.#host.inputEnded(id);
    });
  }

  #reportCut(): void {
    const { cut, cursor, id } = this.#stream;
    if (cut !== null && cursor.taken >= cut && this.#inbound !== null) {
      this.#host.inboundMoved(id, this.#inbound.link.id);
    }
  }
}
