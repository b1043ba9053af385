/** What Linux tells of a TCP connection by TCP_INFO (`struct tcp_info`). */
import type { FoundSocket } from "./socket_table.ts";

const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** Where the numbers stand in it; the first three are bytes, round trips are in microseconds. */
const STATE = 0;
const RETRANSMITS = 2;
const PROBES = 3;
const SEGMENT_BYTES = 16;
const UNACKED = 24;
const LAST_ACK_RECEIVED = 56;
const ROUND_TRIP = 68;
const NOT_SENT = 144;
const SMALLEST_ROUND_TRIP = 148;
const INFO_BYTES = 256;
/** The smallest round trip of a connection that has had none. */
const NO_ROUND_TRIP = 0xffff_ffff;
/** Of the machines that Deno runs on all are little-endian. */
const LITTLE_ENDIAN = true;

const info = new Uint8Array(INFO_BYTES);
const numbers = new DataView(info.buffer);
const length = new Uint32Array(1);
const lengthBytes = new Uint8Array(length.buffer);

const STATES: ReadonlyMap<number, TcpState> = new Map([
  [1, "established"],
  [2, "connecting"],
  [7, "closed"],
]);

/** `other`: it is being ended. */
export type TcpState = "connecting" | "established" | "closed" | "other";

/** What the system knows of a TCP connection. */
export interface TcpInfo {
  /** Whether something sent is without an answer, or has still to be sent. */
  readonly isPending: boolean;
  /** How often in a row something was sent again, or asked for. */
  readonly asked: number;
  /** When the host has said something last. */
  readonly heardMsAgo: number;
  /** Whether the other end has ever answered, also when the connection is closed by now. */
  readonly wasAnswered: boolean;
  readonly state: TcpState;
  /** Microseconds; null before the first round trip. */
  readonly smallestRoundTripMicros: number | null;
  /** So much payload goes into one packet that is sent. */
  readonly segmentBytes: number;
}

/** Null where the system does not tell. */
export function tcpInfoOf({ libc, fd }: FoundSocket): TcpInfo | null {
  info.fill(0); // of what an older kernel does not know there is nothing
  length[0] = INFO_BYTES;
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, lengthBytes) !== 0) return null;
  const number = (at: number) => numbers.getUint32(at, LITTLE_ENDIAN);
  const smallest = number(SMALLEST_ROUND_TRIP);
  return {
    isPending: number(UNACKED) > 0 || number(NOT_SENT) > 0,
    asked: numbers.getUint8(RETRANSMITS) + numbers.getUint8(PROBES),
    heardMsAgo: number(LAST_ACK_RECEIVED),
    wasAnswered: number(ROUND_TRIP) !== 0,
    state: STATES.get(numbers.getUint8(STATE)) ?? "other",
    smallestRoundTripMicros: smallest === NO_ROUND_TRIP ? null : smallest,
    segmentBytes: number(SEGMENT_BYTES),
  };
}

/** The smallest round trip that there was, in ms; null where it is not told. */
export function systemRoundTripMs(socket: FoundSocket): number | null {
  if (Deno.build.os !== "linux") return null;
  const micros = tcpInfoOf(socket)?.smallestRoundTripMicros ?? null;
  return micros === null ? null : micros / 1_000;
}

/** How many ms ago the other end's system has acknowledged anything; null where it is not told. */
export function acknowledgedMsAgo(socket: FoundSocket): number | null {
  if (Deno.build.os !== "linux") return null;
  return tcpInfoOf(socket)?.heardMsAgo ?? null;
}
