import { passOnUnlessSystem } from "../config/system_failure.ts";
import { unreachable } from "../core/exhaustive.ts";
import { AdaptiveBuffer } from "./adaptive_buffer.ts";
import { announceAgain, type KeepAlive, NEEDS_ANNOUNCING } from "./application_socket.ts";
import type { ByteConn } from "./byte_conn.ts";
import { monotonicMs } from "./clock.ts";
import { ConnFailed, passOnUnlessConnFailed, toConnFailed } from "./conn_failed.ts";
import { canDisconnect, disconnect } from "./disconnect.ts";
import { HostAnswers } from "./host_answers.ts";
import { type PeerDeparture, peerDeparture } from "./peer_departure.ts";
import { sendQueueBytes } from "./send_queue.ts";
import { addressOf } from "./socket_address.ts";
import {
  findConnection,
  findConnectionInTurn,
  type FoundSocket,
  SHARED_LOOK_MS,
  type SocketHint,
} from "./socket_table.ts";
import { acknowledgedMsAgo, tcpInfoOf } from "./tcp_info.ts";

type OwnConn = Deno.TcpConn | Deno.TlsConn | Deno.UnixConn;

/** The addresses of both ends, as `formatAddress` writes them. */
export interface ConnEnds {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** What is known of a connection besides what Deno says of it. */
export interface KnownOfConn {
  /** Where they are others than those that Deno noted when it made the connection. */
  readonly ends?: ConnEnds;
  /** The certificate, DER, that this end shows on it. */
  readonly shownCertificate?: Uint8Array | null;
  /** An application: how it is asked whether its host still lives. */
  readonly keepAlive?: KeepAlive;
  /** Its descriptor, where it was found already. */
  readonly socket?: FoundSocket;
}

/** A connection of Deno's own: TCP, TLS, or a Unix socket. */
export class DenoConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly handshake?: () => Promise<void>;
  readonly #conn: OwnConn;
  readonly #since = monotonicMs();
  /** Whether it can be ended by disconnecting, which only TCP knows. */
  readonly #canDisconnect: boolean;
  readonly #buffer = new AdaptiveBuffer();
  #last = -1;
  /** `lost`: the peer has reset it. */
  #state: "open" | "lost" | "closed" = "open";
  #writing: "idle" | "writing" = "idle";
  #abandonWrite: (() => void) | null = null;

  /** Its descriptor, which is its own until it is closed; `unknown`: not looked for yet. */
  #socket: FoundSocket | null | "unknown";
  /** Null where the host is not asked. */
  readonly #answers: HostAnswers | null;

  readonly shownCertificate: Uint8Array | null;

  constructor(conn: OwnConn, known: KnownOfConn = {}) {
    const { ends = endsOf(conn), keepAlive = { idleMs: 0 } } = known;
    this.shownCertificate = known.shownCertificate ?? null;
    this.#conn = conn;
    this.#canDisconnect = conn.localAddr.transport === "tcp" && canDisconnect();
    this.#socket = known.socket ?? "unknown";
    const isAsked = this.#canDisconnect && keepAlive.idleMs > 0;
    this.#answers = isAsked ? new HostAnswers(keepAlive.idleMs) : null;
    this.localAddress = ends.localAddress;
    this.remoteAddress = ends.remoteAddress;
    if ("handshake" in conn) {
      this.handshake = async () => {
        try {
          await conn.handshake();
        } catch (error) {
          throw this.#failed(error, "complete TLS with");
        }
      };
    }
  }

  async read(into: Uint8Array): Promise<number | null> {
    let count: number | null;
    try {
      count = await this.#conn.read(into);
    } catch (error) {
      throw this.#failed(error, "read from");
    }
    // A TLS connection that is closed while it is read says that this was the end of the input.
    if (count === null && this.#state === "closed") throw this.#closedHere("read from");
    return count;
  }

  async readNext(): Promise<Uint8Array | null> {
    if (this.#last >= 0) this.#buffer.adapt(this.#last);
    const { bytes } = this.#buffer;
    const count = await this.read(bytes);
    this.#last = count ?? 0;
    return count === null ? null : count === bytes.length ? bytes : bytes.subarray(0, count);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#state === "closed") return Promise.reject(this.#closedHere("write to"));
    return this.#canDisconnect ? this.#write(bytes) : this.#writeOrAbandon(bytes);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#writing = "writing";
    try {
      let written = await this.#conn.write(bytes);
      while (written < bytes.length) written += await this.#conn.write(bytes.subarray(written));
    } catch (error) {
      throw this.#failed(error, "write to");
    } finally {
      this.#writing = "idle";
    }
  }

  /** Where a write that waits cannot be ended by disconnecting, it is left to itself. */
  async #writeOrAbandon(bytes: Uint8Array): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#abandonWrite = () => reject(this.#closedHere("write to"));
    const writing = this.#write(bytes);
    writing.catch(passOnUnlessConnFailed); // once abandoned, nobody else looks at it
    try {
      await Promise.race([writing, promise]);
    } finally {
      this.#abandonWrite = null;
    }
  }

  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      throw this.#failed(error, "end output to");
    }
  }

  /** Of an end that Deno found broken, or that this one has closed, nothing is looked up. */
  async peerDeparture(): Promise<PeerDeparture> {
    if (this.#conn.localAddr.transport !== "tcp") return "unknown";
    if (this.#state !== "open") return "left";
    const { localAddress, remoteAddress } = this;
    return await peerDeparture({ localAddress, remoteAddress });
  }

  close(): void {
    if (this.#state === "closed") return;
    // Deno keeps the socket open until a write that waits has ended, which may be never. Nor
    // would FIN be right: it says that everything was sent.
    if (this.#writing === "writing") this.#disconnect();
    this.#state = "closed";
    this.#abandonWrite?.();
    try {
      this.#conn.close();
    } catch (error) {
      passOnUnlessSystem(error); // Deno closed it by itself after a failure
    }
  }

  reset(): void {
    if (this.#state === "closed") return;
    this.#disconnect();
    this.close();
  }

  lookAgain(): "done" | "later" {
    if (!this.#canDisconnect || !NEEDS_ANNOUNCING || this.#state !== "open") return "done";
    const socket = this.#findSocket();
    if (socket === "later") return "later";
    if (socket !== null) announceAgain(socket);
    return "done";
  }

  lookForAnswer(): number | null {
    if (this.#answers === null || this.#state !== "open") return null;
    const socket = this.#findSocket();
    if (socket === "later") return SHARED_LOOK_MS;
    const state = socket === null ? null : tcpInfoOf(socket);
    if (state === null) return null;
    const answer = this.#answers.look(state, monotonicMs());
    switch (answer) {
      case "settled":
        return null;
      case "waiting":
        return this.#answers.periodMs;
      case "dead":
        this.reset();
        return null;
      default:
        return unreachable(answer);
    }
  }

  acknowledgedMsAgo(): number | null {
    if (!this.#canDisconnect || this.#state !== "open") return null;
    const socket = this.#findSocket();
    return socket === null || socket === "later" ? null : acknowledgedMsAgo(socket);
  }

  #findSocket(): FoundSocket | "later" | null {
    if (this.#socket !== "unknown") return this.#socket;
    const found = findConnectionInTurn(this.localAddress, this.remoteAddress, this.#since);
    if (found !== "later") this.#socket = found;
    return found;
  }

  unconfirmedBytes(): number {
    if (!this.#canDisconnect || this.#state !== "open") return 0;
    const socket = this.#socket === "unknown"
      ? findConnection(this.localAddress, this.remoteAddress, this.#hint())
      : this.#socket;
    this.#socket = socket;
    return socket === null ? 0 : sendQueueBytes(socket);
  }

  #disconnect(): void {
    if (this.#state !== "open") return;
    this.#state = "lost";
    if (this.#canDisconnect) disconnect(this.localAddress, this.remoteAddress, this.#hint());
  }

  #hint(): SocketHint {
    const found = this.#socket === "unknown" ? null : this.#socket;
    return { likely: found?.fd, since: this.#since };
  }

  #failed(error: unknown, action: string): ConnFailed {
    if (this.#state === "closed") return this.#closedHere(action);
    const failure = toConnFailed(error, `${action} ${this.remoteAddress}`);
    if (failure.code === "reset") this.#state = "lost";
    return failure;
  }

  #closedHere(action: string): ConnFailed {
    return new ConnFailed(
      "closedHere",
      `Cannot ${action} ${this.remoteAddress}: it was closed at this end`,
    );
  }
}

function endsOf(conn: OwnConn): ConnEnds {
  return { localAddress: addressOf(conn.localAddr), remoteAddress: addressOf(conn.remoteAddr) };
}
