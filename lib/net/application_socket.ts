/**
 * What the system is asked for at the socket of an application.
 *
 * Whether its host still lives: TCP keepalive. A relay has to ask for it itself, since it is the
 * relay that answers the questions of the applications. `host_answers.ts` looks after connections
 * that keepalive passes over.
 *
 * Urgent data among the rest (RFC 6093 section 6): a byte is not lost because it was urgent. On
 * Linux a read ends before an urgent byte, and the runtime, which takes a short read for "there is
 * no more", then waits for something new. `announceAgain` makes the system say again what there is.
 *
 * Accepted connections inherit all of it from their listener; of dialled ones the descriptor is
 * looked up. Only Linux and macOS; elsewhere the system's own two hours hold, and urgent bytes are
 * dropped.
 */
import type { FoundSocket } from "./socket_table.ts";

/** How a quiet connection is asked; `idleMs` 0: not at all. */
export interface KeepAlive {
  /** After so long without a byte it is asked; a third of it later it is taken to be dead. */
  readonly idleMs: number;
}

export const DEFAULT_KEEP_ALIVE: KeepAlive = { idleMs: 30_000 };

/** The last question is also waited for as long as between two of them. */
const PROBES = 3;
/** All questions together take this part of the time before the first one. */
const PART = 3;

interface Options {
  readonly level: number;
  readonly keepAlive: number;
  readonly urgentInline: number;
  readonly tcp: number;
  readonly idle: number;
  readonly interval: number;
  readonly count: number;
}

const LINUX: Options = {
  level: 1,
  keepAlive: 9,
  urgentInline: 10,
  tcp: 6,
  idle: 4,
  interval: 5,
  count: 6,
};
const DARWIN: Options = {
  level: 0xffff,
  keepAlive: 8,
  urgentInline: 0x100,
  tcp: 6,
  idle: 0x10,
  interval: 0x101,
  count: 0x102,
};

/** SO_RCVLOWAT. */
const LINUX_LOW_WATER = 18;

/** Sets it on a connection, or on a listener for all that it accepts. */
export function prepareApplication(socket: FoundSocket, { idleMs }: KeepAlive): void {
  const options = Deno.build.os === "darwin" ? DARWIN : LINUX;
  set(socket, options.level, options.urgentInline, 1);
  if (idleMs === 0) set(socket, options.level, options.keepAlive, 0);
  else askWhenQuiet(socket, idleMs, idleMs / PART / PROBES);
}

/** Has the other end asked after `idleMs` of silence, and then three times, every `againMs`. */
export function askWhenQuiet(socket: FoundSocket, idleMs: number, againMs: number): void {
  const options = Deno.build.os === "darwin" ? DARWIN : LINUX;
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1_000));
  set(socket, options.level, options.keepAlive, 1);
  set(socket, options.tcp, options.idle, seconds(idleMs));
  set(socket, options.tcp, options.interval, seconds(againMs));
  set(socket, options.tcp, options.count, PROBES);
}

/** Whether this system leaves an urgent byte unannounced. */
export const NEEDS_ANNOUNCING = Deno.build.os === "linux";

/** Lets the system announce once more what can be read, if anything can. */
export function announceAgain(socket: FoundSocket): void {
  // Setting the low-water mark, to what it is already, makes Linux look whether it is reached.
  set(socket, LINUX.level, LINUX_LOW_WATER, 1);
}

function set({ libc, fd }: FoundSocket, level: number, name: number, value: number): void {
  libc.setsockopt(fd, level, name, new Uint8Array(new Int32Array([value]).buffer), 4);
}
