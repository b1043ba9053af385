/**
 * Whether the host at the other end of an application's connection still lives: TCP keepalive, and
 * for how long sent data may stay without an answer. A relay has to ask for it itself, since it is
 * the relay that answers the questions of the applications.
 *
 * Accepted connections inherit it from their listener; of dialled ones the descriptor is looked up.
 * Only Linux and macOS; elsewhere the system's own two hours hold.
 */
import type { FoundSocket } from "./socket_table.ts";

/** How a quiet connection is asked; `idleMs` 0: not at all. */
export interface KeepAlive {
  /** After so long without a byte it is asked; the questions are a third of it apart. */
  readonly idleMs: number;
}

export const DEFAULT_KEEP_ALIVE: KeepAlive = { idleMs: 30_000 };

const PROBES = 3;

interface Options {
  readonly level: number;
  readonly keepAlive: number;
  readonly tcp: number;
  readonly idle: number;
  readonly interval: number;
  readonly count: number;
  /** Sent data without an answer for so long, in ms, ends the connection; null: there is none. */
  readonly userTimeout: number | null;
}

const LINUX: Options = {
  level: 1,
  keepAlive: 9,
  tcp: 6,
  idle: 4,
  interval: 5,
  count: 6,
  userTimeout: 18,
};
const DARWIN: Options = {
  level: 0xffff,
  keepAlive: 8,
  tcp: 6,
  idle: 0x10,
  interval: 0x101,
  count: 0x102,
  userTimeout: null,
};

/** Sets it on a connection, or on a listener for all that it accepts. */
export function keepAlive({ libc, fd }: FoundSocket, { idleMs }: KeepAlive): void {
  const options = Deno.build.os === "darwin" ? DARWIN : LINUX;
  const set = (level: number, name: number, value: number) =>
    libc.setsockopt(fd, level, name, new Uint8Array(new Int32Array([value]).buffer), 4);
  set(options.level, options.keepAlive, idleMs === 0 ? 0 : 1);
  if (idleMs === 0) return;
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1_000));
  set(options.tcp, options.idle, seconds(idleMs));
  set(options.tcp, options.interval, seconds(idleMs / PROBES));
  set(options.tcp, options.count, PROBES);
  if (options.userTimeout !== null) set(options.tcp, options.userTimeout, idleMs);
}
