/**
 * The UDP port of a relay: takes what CNAPTs call a SNAPT with to where that SNAPT is, and back.
 *
 * Theory of operation. A stranger's datagram costs the reading of a head and a look for the route
 * or the sender, and is never answered. A SNAPT has proven its key on its control
 * connection, and there it was given a token: who says hello with it is that SNAPT, as soon as it
 * has answered what was sent to its address. From then on its datagrams are known by that address;
 * who forges it can send to CNAPTs what they throw away.
 */
import { unreachable } from "../../core/exhaustive.ts";
import { decodeRelayDatagram, routeIn } from "../../core/relay/relay_datagrams.ts";
import {
  type DatagramListener,
  type DatagramPath,
  listenForAll,
} from "../../net/datagram_listener.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { ListenAddress } from "../../net/listen.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { DatagramSeat } from "./datagram_seat.ts";

const SWEEP_MS = 5_000;

export interface DatagramPortContext {
  /** So many addresses of CNAPTs a SNAPT may have, at each moment. */
  readonly places: () => number;
  readonly tasks: TaskGroup;
  readonly random: (count: number) => Uint8Array;
}

export class DatagramPort {
  readonly #context: DatagramPortContext;
  readonly #tasks: TaskGroup;
  readonly #listeners: readonly DatagramListener[];
  readonly #byRoute = new Map<bigint, DatagramSeat>();
  /** By where they are known to be. */
  readonly #byAddress = new Map<string, DatagramSeat>();
  /** Datagrams that were for nobody. */
  strangers = 0;

  /** @throws {ListenFailed} a port is taken, forbidden, or its address is not of this machine */
  constructor(listen: readonly ListenAddress[], context: DatagramPortContext) {
    this.#context = context;
    this.#tasks = context.tasks.child("datagrams", "keepGoing");
    const handler = guardedHandler<DatagramPath, Endpoint>(this.#tasks, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: () => {}, // as if it were lost on the way
    });
    // Where the way to SNAPT is narrower than that from CNAPT, better in pieces than not at all.
    this.#listeners = listenForAll(listen, "allowed", handler);
  }

  /** Forgets from now on what was silent for long; until `close`. */
  start(): this {
    this.#tasks.every(SWEEP_MS, () => this.#sweep());
    return this;
  }

  /** The number of the first of its ports. */
  get port(): number {
    return this.#listeners[0]?.port ?? 0;
  }

  /** The machine has these addresses now: a datagram is answered from the one it came to. */
  useAddresses(addresses: readonly string[]): void {
    for (const listener of this.#listeners) listener.useAddresses(addresses);
  }

  /** The SNAPT of this route. */
  seatOf(route: Uint8Array): DatagramSeat {
    const key = routeIn(route);
    const known = this.#byRoute.get(key);
    if (known !== undefined) return known;
    const { places, random } = this.#context;
    const seat: DatagramSeat = new DatagramSeat({
      places,
      clock: this.#tasks,
      random,
      moved: (from, before) => {
        const isKnown = before !== null && this.#byAddress.get(before.key) === seat;
        if (isKnown) this.#byAddress.delete(before.key);
        if (from !== null) this.#byAddress.set(from.key, seat);
      },
    });
    this.#byRoute.set(key, seat);
    return seat;
  }

  async close(): Promise<void> {
    this.#tasks.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  #received(bytes: Uint8Array, from: DatagramPath): void {
    if (!this.#take(bytes, from)) this.strangers += 1;
  }

  /** False: it was for nobody. */
  #take(bytes: Uint8Array, from: DatagramPath): boolean {
    const datagram = decodeRelayDatagram(bytes);
    switch (datagram?.kind) {
      case "call": {
        const seat = this.#byRoute.get(datagram.route);
        seat?.call(datagram.sealed, from);
        return seat !== undefined;
      }
      case "carry": {
        const seat = this.#byAddress.get(from.key);
        seat?.carry(datagram.place, datagram.sealed, datagram.isProven);
        return seat !== undefined;
      }
      case "hello":
        return this.#byRoute.get(datagram.route)?.greeted(datagram.token, from) ?? false;
      case "keep":
        return this.#byRoute.get(datagram.route)?.keeps(datagram.number, from) ?? false;
      case "welcome":
      case "kept":
      case undefined:
        return false;
      default:
        return unreachable(datagram);
    }
  }

  #sweep(): void {
    for (const [route, seat] of [...this.#byRoute]) {
      seat.sweep();
      if (seat.isIdle) this.#byRoute.delete(route);
    }
  }
}
