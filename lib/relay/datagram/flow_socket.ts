import type { HoldBudget } from "../../core/datagram/hold_budget.ts";
import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { type DatagramSocket, openDatagramSocket } from "../../net/datagram_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { DestinationNotAllowed } from "../access/destination_access.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import { type ServerPlace, ServerPort } from "./server_port.ts";
import type { FlowSide } from "./snapt_flow.ts";
import { familyOf } from "../../net/socket_address.ts";
import { takeSocketRoom } from "./socket_room.ts";

/** So many datagrams wait while the server application's name is looked up. */
const MAX_WAITING = 16;

export interface FlowSocketEvents {
  /** `payload` is good only during the call. */
  received(payload: Uint8Array): void;
  dropped(reason: DropReason): void;
  /** The server application is at `server`; what was sent meanwhile goes there now. */
  found(server: Endpoint): void;
  /** The server application cannot be found; so many datagrams for it are lost. */
  failed(error: Error, lost: number): void;
}

type State =
  | { readonly kind: "opening"; readonly waiting: Uint8Array[] }
  | { readonly kind: "open"; readonly socket: DatagramSocket; readonly port: ServerPort }
  | { readonly kind: "closed" };

/**
 * A flow's own socket towards its server application, which sees one address and port as long as
 * the flow lives. What other addresses send to it is dropped, other ports of the server application
 * excepted where it answers from any.
 */
export class FlowSocket implements FlowSide {
  readonly #tasks: TaskGroup;
  readonly #budget: HoldBudget;
  readonly #events: FlowSocketEvents;
  #state: State = { kind: "opening", waiting: [] };

  /** What waits for its name to be looked up is held in `budget`. */
  constructor(tasks: TaskGroup, budget: HoldBudget, events: FlowSocketEvents) {
    this.#tasks = tasks;
    this.#budget = budget;
    this.#events = events;
  }

  /** Opens the socket when it is known where the server application is. */
  start(found: Promise<ServerPlace>): void {
    this.#tasks.run("open flow", () => this.#open(found));
  }

  /** The address that the server application sees; empty while there is none. */
  get address(): string {
    return this.#state.kind === "open"
      ? `${this.#state.socket.host}:${this.#state.socket.port}`
      : "";
  }

  /** Where the server application is; null while that is not known. */
  get server(): Endpoint | null {
    return this.#state.kind === "open" ? this.#state.port.server : null;
  }

  send(payload: Uint8Array): void {
    const state = this.#state;
    if (state.kind === "open") return state.socket.send(payload, state.port.portFor(payload));
    const hasRoom = state.kind === "opening" && state.waiting.length < MAX_WAITING &&
      this.#budget.take(payload.length);
    if (hasRoom) state.waiting.push(new Uint8Array(payload));
    else this.#events.dropped("holdFull");
  }

  close(): void {
    if (this.#state.kind === "open") {
      const { socket } = this.#state;
      this.#tasks.run("close flow", () => socket.close());
    }
    for (const _ of this.#takeWaiting()) this.#events.dropped("flowEnded");
    this.#state = { kind: "closed" };
  }

  async #open(found: Promise<ServerPlace>): Promise<void> {
    try {
      const port = new ServerPort(await found);
      const { server } = port;
      if (this.#state.kind !== "opening") return;
      takeSocketRoom(server.key, "dial");
      const handler = guardedHandler<Endpoint, Endpoint>(this.#tasks, {
        received: (bytes, from) => {
          if (port.hears(from)) this.#events.received(bytes);
          else this.#events.dropped("stranger");
        },
        notSent: () => this.#events.dropped("sendFailed"),
      });
      const socket = openDatagramSocket({ host: anyAddressFor(server), port: 0 }, handler);
      const waiting = this.#takeWaiting();
      this.#state = { kind: "open", socket, port };
      this.#events.found(server);
      for (const payload of waiting) socket.send(payload, port.portFor(payload));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      const isOfTheWorld = error instanceof ConnFailed || error instanceof DestinationNotAllowed;
      if (!isOfTheWorld) throw error;
    }
  }

  /** What has waited is held no longer. */
  #takeWaiting(): readonly Uint8Array[] {
    if (this.#state.kind !== "opening") return [];
    const waiting = this.#state.waiting.splice(0);
    for (const { length } of waiting) this.#budget.giveBack(length);
    return waiting;
  }

  #fail(error: Error): void {
    if (this.#state.kind !== "opening") return;
    const lost = this.#takeWaiting().length;
    this.#state = { kind: "closed" };
    this.#events.failed(error, lost);
  }
}

/** Where a socket towards `server` listens: on loopback only, where that is enough. */
function anyAddressFor({ host }: Endpoint): string {
  if (familyOf(host) === 6) return host === "::1" ? "::1" : "::";
  return host.startsWith("127.") ? "127.0.0.1" : "0.0.0.0";
}
