import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { type DatagramSocket, openDatagramSocket } from "../../net/datagram_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { FlowSide } from "./snapt_flow.ts";
import { familyOf } from "../../net/socket_address.ts";

/** So many datagrams wait while the server application's name is looked up. */
const MAX_WAITING = 16;

export interface ServerSideEvents {
  /** `payload` is good only during the call. */
  received(payload: Uint8Array): void;
  dropped(reason: DropReason): void;
  /** The server application is at `server`; what was sent meanwhile goes there now. */
  found(server: Endpoint): void;
  /** The server application cannot be found; so many datagrams for it are lost. */
  failed(error: unknown, lost: number): void;
}

type State =
  | { readonly kind: "opening"; readonly waiting: Uint8Array[] }
  | { readonly kind: "open"; readonly socket: DatagramSocket; readonly server: Endpoint }
  | { readonly kind: "closed" };

/**
 * A flow's own socket towards its server application, which sees one address and port as long as
 * the flow lives. What other addresses send to it is dropped.
 */
export class FlowSocket implements FlowSide {
  readonly #events: ServerSideEvents;
  #state: State = { kind: "opening", waiting: [] };

  constructor(server: Promise<Endpoint>, events: ServerSideEvents) {
    this.#events = events;
    void this.#open(server);
  }

  /** The address that the server application sees; empty while there is none. */
  get address(): string {
    return this.#state.kind === "open"
      ? `${this.#state.socket.host}:${this.#state.socket.port}`
      : "";
  }

  /** Where the server application is; null while that is not known. */
  get server(): Endpoint | null {
    return this.#state.kind === "open" ? this.#state.server : null;
  }

  send(payload: Uint8Array): void {
    const state = this.#state;
    if (state.kind === "open") return state.socket.send(payload, state.server);
    if (state.kind === "opening" && state.waiting.length < MAX_WAITING) {
      state.waiting.push(new Uint8Array(payload));
    } else this.#events.dropped("holdFull");
  }

  close(): void {
    if (this.#state.kind === "open") void this.#state.socket.close();
    if (this.#state.kind === "opening") {
      for (const _ of this.#state.waiting) this.#events.dropped("flowEnded");
    }
    this.#state = { kind: "closed" };
  }

  async #open(found: Promise<Endpoint>): Promise<void> {
    try {
      const server = await found;
      if (this.#state.kind !== "opening") return;
      const socket = openDatagramSocket({ host: anyAddressFor(server), port: 0 }, {
        received: (bytes, from) => {
          if (from.key === server.key) this.#events.received(bytes);
          else this.#events.dropped("stranger");
        },
        notSent: () => this.#events.dropped("sendFailed"),
      });
      const { waiting } = this.#state;
      this.#state = { kind: "open", socket, server };
      this.#events.found(server);
      for (const payload of waiting) socket.send(payload, server);
    } catch (error) {
      if (this.#state.kind !== "opening") return;
      const lost = this.#state.waiting.length;
      this.#state = { kind: "closed" };
      this.#events.failed(error, lost);
    }
  }
}

/** Where a socket towards `server` listens: on loopback only, where that is enough. */
function anyAddressFor({ host }: Endpoint): string {
  if (familyOf(host) === 6) return host === "::1" ? "::1" : "::";
  return host.startsWith("127.") ? "127.0.0.1" : "0.0.0.0";
}
