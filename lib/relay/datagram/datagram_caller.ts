import type { DropReason } from "../../core/datagram/drop_counters.ts";
import type { HoldBudget } from "../../core/datagram/hold_budget.ts";
import { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { DatagramTerms } from "../../core/wire/datagram_messages.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { Clock } from "../run/clock.ts";
import type { FlowSide } from "./snapt_flow.ts";

/** A call takes a round trip until its flow is there; for so long its datagrams wait at least. */
const LEAST_HOLD_MS = 2_000;

/** Who calls, at which virtual address, and how the client service wants it kept. */
export interface DatagramCallerEnds {
  readonly server: Endpoint;
  readonly address: string;
  readonly terms: DatagramTerms;
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
  readonly terms: DatagramTerms;
  readonly #events: DatagramCallerEvents;
  readonly #held: HoldQueue;
  readonly #clock: Clock;
  readonly #calledAt: number;
  #take: ((payload: Uint8Array) => void) | null = null;

  constructor(
    { server, address, terms }: DatagramCallerEnds,
    clock: Clock,
    budget: HoldBudget,
    events: DatagramCallerEvents,
  ) {
    this.server = server;
    this.address = address;
    this.terms = terms;
    this.#clock = clock;
    this.#calledAt = clock.now();
    this.#events = events;
    const { holdMs, holdOrder } = terms;
    this.#held = new HoldQueue({ holdMs: Math.max(holdMs, LEAST_HOLD_MS), holdOrder }, budget);
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
    const { payloads, expired } = this.#held.releaseAsSent(this.#clock.now());
    this.#events.dropped("heldTooLong", expired);
    for (const payload of payloads) take(payload);
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
