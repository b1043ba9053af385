import type { Libc } from "./libc.ts";

const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** Where `struct tcp_info` of Linux has the round trip, in microseconds. */
const ROUND_TRIP_OFFSET = 68;

/**
 * Whether the other end has ever answered on this TCP socket of Linux, also when it is closed by
 * now: then there is a round trip. True where the system does not tell.
 */
export function wasAnswered(libc: Libc, fd: number): boolean {
  const info = new Uint8Array(ROUND_TRIP_OFFSET + 4);
  const length = new Uint8Array(new Uint32Array([info.length]).buffer);
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, length) !== 0) return true;
  return new Uint32Array(info.buffer)[ROUND_TRIP_OFFSET / 4] !== 0;
}
