import type { DropReason } from "../../core/datagram/drop_counters.ts";
import type { HoldBudget } from "../../core/datagram/hold_budget.ts";
import { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { Clock } from "../run/clock.ts";
import type { FlowSide } from "./snapt_flow.ts";

/** A call takes a round trip until its flow is there; for so long its datagrams wait. */
const HOLD_MS = 2_000;

/** Who calls, and at which virtual address. */
export interface DatagramCallerEnds {
  readonly server: Endpoint;
  readonly address: string;
}

export interface DatagramCallerEvents {
  /** Sends by the socket that stands in for the client application. */
  send(payload: Uint8Array, to: Endpoint): void;
  dropped(reason: DropReason, count: number): void;
  closed(): void;
}

/** A server application that has sent something to a UDP client service, at SNAPT. */
export class DatagramCaller implements FlowSide {
  readonly server: Endpoint;
  /** The virtual address, where the server application believes the client to be. */
  readonly address: string;
  readonly #events: DatagramCallerEvents;
  readonly #held: HoldQueue;
  readonly #clock: Clock;
  readonly #calledAt: number;
  #take: ((payload: Uint8Array) => void) | null = null;

  constructor(
    { server, address }: DatagramCallerEnds,
    clock: Clock,
    budget: HoldBudget,
    events: DatagramCallerEvents,
  ) {
    this.server = server;
    this.address = address;
    this.#clock = clock;
    this.#calledAt = clock.now();
    this.#events = events;
    this.#held = new HoldQueue(HOLD_MS, budget);
  }

  /** The server application sent something; `payload` is good only during the call. */
  received(payload: Uint8Array): void {
    if (this.#take !== null) return this.#take(payload);
    const { full, expired } = this.#held.push(payload, this.#clock.now());
    this.#events.dropped("holdFull", full);
    this.#events.dropped("heldTooLong", expired);
  }

  /** Called so long ago, in ms, without an answer; 0 once there is one. */
  unansweredMs(now: number): number {
    return this.#take === null ? now - this.#calledAt : 0;
  }

  /** CNAPT has answered: what comes goes to `take` from now on, in the order in which it came. */
  answered(take: (payload: Uint8Array) => void): void {
    this.#take = take;
    const { payloads, expired } = this.#held.release(this.#clock.now());
    this.#events.dropped("heldTooLong", expired);
    for (const payload of payloads.toReversed()) take(payload);
  }

  send(payload: Uint8Array): void {
    this.#events.send(payload, this.server);
  }

  close(): void {
    const { payloads, expired } = this.#held.release(this.#clock.now());
    this.#events.dropped("flowEnded", payloads.length + expired);
    this.#events.closed();
  }
}
