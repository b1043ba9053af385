/**
 * SNAPT at the UDP port of its relay: datagrams of CNAPTs that call it there are taken as if they came
 * to a port of this machine. What a CNAPT is at, the relay says by a number only (a _place_); SNAPT
 * asks for a proof there as it does at an address, and tells the relay when it has it.
 */
import { type AssociationAsk, AssociationUpkeep } from "../../core/relay/association_upkeep.ts";
import {
  CARRY_HEAD_BYTES,
  decodeRelayDatagram,
  encodeRelayDatagram,
  routeIn,
} from "../../core/relay/relay_datagrams.ts";
import type { RelayMessage } from "../../core/relay/relay_messages.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { DatagramPath } from "../../net/datagram_listener.ts";
import { type DatagramSocket, openDatagramSocket } from "../../net/datagram_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { Via } from "../../net/via.ts";
import { familyOf } from "../../net/socket_address.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** As many places are remembered; what is forgotten is only made again. */
const MAX_PATHS = 4_096;
/** So often it is looked whether there is anything that wants datagrams. */
const LOOK_MS = 5_000;
const MAX_DATAGRAM_BYTES = 65_536;
/** One for all: what is written into it is sent before the next one. */
const ROOM = new Uint8Array(MAX_DATAGRAM_BYTES);

/** Who takes the datagrams that come by a relay; nothing of this may throw. */
export interface RelayedDatagrams {
  received(sealed: Uint8Array, from: DatagramPath): void;
  notSent(why: "tooBig" | "failed", bytes: number, to: Endpoint): void;
}

export interface RelayAssociationContext {
  /** What the relay is called. */
  readonly name: string;
  /** The route that CNAPTs call. */
  readonly route: Uint8Array;
  /** Null: nothing wants datagrams. */
  readonly receiver: () => RelayedDatagrams | null;
  /** Over which network of this machine the relay is reached. */
  readonly via: () => Via;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

interface Attachment {
  readonly relay: Endpoint;
  /** On the control connection. */
  readonly say: (message: RelayMessage) => void;
  socket: DatagramSocket | null;
}

export class RelayAssociation {
  readonly #context: RelayAssociationContext;
  readonly #route: bigint;
  readonly #upkeep = new AssociationUpkeep();
  readonly #timer: DeadlineTimer;
  readonly #paths = new Map<number, DatagramPath>();
  readonly #told = new LoggedOnce();
  #attachment: Attachment | null = null;

  constructor(context: RelayAssociationContext) {
    this.#context = context;
    this.#route = routeIn(context.route);
    this.#timer = new DeadlineTimer(context.tasks, () => this.#due());
  }

  /** Whether datagrams go by the relay's UDP port. */
  get isJoined(): boolean {
    return this.#upkeep.isJoined;
  }

  /** There is a control connection, to the relay at this address. */
  attach(relay: Endpoint, say: (message: RelayMessage) => void): void {
    this.detach();
    this.#attachment = { relay, say, socket: null };
    this.#due();
  }

  /** The control connection is gone. */
  detach(): void {
    const socket = this.#attachment?.socket ?? null;
    this.#attachment = null;
    this.#paths.clear();
    this.#upkeep.detached();
    this.#timer.set(Infinity);
    if (socket !== null) this.#context.tasks.run("close socket", () => socket.close());
  }

  /** The relay has said what to say hello with; null: it has no UDP. */
  offered(token: Uint8Array | null): void {
    this.#upkeep.offered(token, this.#context.tasks.now());
    if (token === null) this.#tell("the relay has no UDP port");
    this.#due();
  }

  #due(): void {
    const attachment = this.#attachment;
    if (attachment === null) return;
    const { tasks, receiver } = this.#context;
    if (attachment.socket === null) {
      if (receiver() === null) return this.#timer.set(tasks.now() + LOOK_MS);
      attachment.socket = this.#open(attachment.relay);
      // An address that is just coming, or no descriptor left: that passes.
      if (attachment.socket === null) return this.#timer.set(tasks.now() + LOOK_MS);
      this.#ask(this.#upkeep.attached(), attachment);
    }
    const ask = this.#upkeep.due(tasks.now());
    if (ask !== null) this.#ask(ask, attachment);
    if (this.#upkeep.isShut) this.#tell("its UDP port does not answer");
    this.#timer.set(this.#upkeep.nextAt);
  }

  #ask(ask: AssociationAsk, { say, socket, relay }: Attachment): void {
    if (ask.kind === "want") return say({ kind: "wantDatagrams" });
    socket?.send(encodeRelayDatagram({ ...ask, route: this.#route }, ROOM), relay);
  }

  /** Null: none can be had; links carry datagrams then. */
  #open(relay: Endpoint): DatagramSocket | null {
    const host = familyOf(relay.host) === 6 ? "::" : "0.0.0.0";
    const via = this.#context.via();
    const handler = guardedHandler(this.#context.tasks, {
      received: (bytes: Uint8Array, from: Endpoint) => {
        if (from.key === relay.key) this.#received(bytes, relay);
      },
      notSent: (why: "tooBig" | "failed", bytes: number, to: Endpoint) =>
        this.#context.receiver()?.notSent(why, bytes - CARRY_HEAD_BYTES, to),
    });
    try {
      return openDatagramSocket({ host, port: 0, via, fragments: "never" }, handler);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      this.#tell(error.message);
      return null;
    }
  }

  #received(bytes: Uint8Array, relay: Endpoint): void {
    const datagram = decodeRelayDatagram(bytes);
    const { tasks, log, name, receiver } = this.#context;
    switch (datagram?.kind) {
      case "carry":
        return receiver()?.received(datagram.sealed, this.#pathOf(datagram.place, relay));
      case "welcome":
        this.#upkeep.welcomed(datagram.token, datagram.number, tasks.now());
        return this.#due();
      case "kept": {
        const before = this.#upkeep.isJoined;
        this.#upkeep.kept(datagram.number, tasks.now());
        if (!before && this.#upkeep.isJoined) {
          this.#told.forgetAll();
          log.info("relay-udp", { relay: name, at: relay.key });
        }
        return this.#due();
      }
      case "call":
      case "hello":
      case "keep":
      case undefined:
        return; // a relay says none of these
    }
  }

  #pathOf(place: number, relay: Endpoint): DatagramPath {
    const known = this.#paths.get(place);
    if (known !== undefined) return known;
    if (this.#paths.size >= MAX_PATHS) this.#paths.clear();
    // Of its own, so that who sent there is known when it does not fit.
    const peer: Endpoint = { ...relay, key: `${place.toString(16)} by ${relay.key}` };
    const proof = { isProven: false };
    const path: DatagramPath = {
      key: peer.key,
      peer,
      socket: { send: (sealed, to) => this.#carry(place, proof.isProven, sealed, to) },
      relayed: { proven: () => proof.isProven = true },
    };
    this.#paths.set(place, path);
    return path;
  }

  #carry(place: number, isProven: boolean, sealed: Uint8Array, to: Endpoint): void {
    const bytes = encodeRelayDatagram({ kind: "carry", place, isProven, sealed }, ROOM);
    this.#attachment?.socket?.send(bytes, to);
  }

  #tell(reason: string): void {
    const { log, name } = this.#context;
    if (!this.#told.isNew(reason)) return;
    log.info("relay-without-udp", { relay: name, reason, remedy: "datagrams go over links" });
  }
}
