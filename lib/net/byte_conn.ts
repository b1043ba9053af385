import type { PeerDeparture } from "./peer_departure.ts";

/**
 * What the relays know of a connection: a pair of byte streams, whatever carries them.
 *
 * At most one read and one write are outstanding at a time; a read and a write may be. Every
 * rejection is a `ConnFailed`.
 */
export interface ByteConn {
  /** `ip:port`, with an IPv6 address in brackets. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** The relay of one's own that has brought it, by its name here; absent: none. */
  readonly relay?: string;
  /** What the end that accepted has shown, in DER, known at both ends; null without TLS. */
  readonly shownCertificate?: Uint8Array | null;
  /** Reads at least one byte into `into`; null at the end of the input. */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * The next bytes, at least one, or null at the end of the input. They stay valid until the
   * next call; the buffer behind them grows and shrinks with the traffic.
   */
  readNext(): Promise<Uint8Array | null>;
  /** Resolves when the operating system accepted all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the outgoing direction (FIN); the incoming one stays open. */
  closeWrite(): Promise<void>;
  /** Closes both directions; what is outstanding rejects. May be called again. */
  close(): void;
  /** Closes with RST, so that the peer sees a failure and not an end. May be called again. */
  reset(): void;
  /**
   * For an application that has spoken and is silent: wakes the read that waits if there is
   * something that the system has not announced, such as an urgent byte. Absent where nothing can
   * be missed; `later`: it could not be done yet, ask again in `SHARED_LOOK_MS`.
   */
  lookAgain?(): "done" | "later";
  /**
   * For an application that was written to: looks whether its host still answers, and resets the
   * connection if it does so no longer. Returns after how many ms to look again; null: there is
   * nothing to look for until something is written. Absent where it is never asked.
   */
  lookForAnswer?(): number | null;
  /**
   * How many bytes the system at the other end has not confirmed: what was written is lost with
   * `reset` until they are 0. Absent where it cannot be told.
   */
  unconfirmedBytes?(): number;
  /**
   * How many ms ago the system at the other end has last acknowledged anything; null where it
   * cannot be told. It says nothing of the program there.
   */
  acknowledgedMsAgo?(): number | null;
  /** The smallest round trip to the system at the other end, in ms; null where it cannot be told. */
  systemRoundTripMs?(): number | null;
  /** Server side of TLS: completes the handshake. */
  handshake?(): Promise<void>;
  /**
   * Whether the program at the other end has gone for good, as far as can be told. To be asked as
   * long as nobody has read.
   */
  peerDeparture?(): Promise<PeerDeparture>;
}
