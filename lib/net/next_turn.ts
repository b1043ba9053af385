import { setImmediate } from "node:timers";
import { passOnUnlessSystem } from "../config/system_failure.ts";
import { monotonicMs } from "./clock.ts";

/**
 * Where others keep the loop busy without a pause, as hundreds of TLS handshakes do, 61 turns take
 * tenths of a second: who waits for those would come to nothing, and the handshakes be for nothing.
 */
const LONGEST_MS = 4;

/** Without a descriptor, or without loopback, it is not tried more often than this. */
const RETRY_MS = 1_000;

const NUDGE = new Uint8Array(1);

/** Sends itself a datagram, which it only gets when the sockets are looked at. */
class Nudge {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #buffer = new Uint8Array(1);
  #coming: Promise<void> | null = null;

  come(): Promise<void> {
    return this.#coming ??= this.#come();
  }

  async #come(): Promise<void> {
    try {
      // What is there already would be received at once.
      const received = this.#socket.receive(this.#buffer);
      await Promise.all([received, this.#socket.send(NUDGE, this.#socket.addr)]);
    } catch (error) {
      passOnUnlessSystem(error);
      await immediately();
    } finally {
      this.#coming = null;
    }
  }
}

/** What is opened when it is first wanted; where that fails, it is tried again, seldom. */
export class OpenedOnce<Opened> {
  readonly #open: () => Opened;
  readonly #now: () => number;
  #opened: Opened | null = null;
  #retryAt = -Infinity;

  /** `now` in milliseconds. */
  constructor(open: () => Opened, now: () => number) {
    this.#open = open;
    this.#now = now;
  }

  /** Null where the system refused it, now or a moment ago. */
  get(): Opened | null {
    if (this.#opened === null && this.#now() >= this.#retryAt) this.#try();
    return this.#opened;
  }

  #try(): void {
    try {
      this.#opened = this.#open();
    } catch (error) {
      passOnUnlessSystem(error);
      this.#retryAt = this.#now() + RETRY_MS;
    }
  }
}

const nudge = new OpenedOnce(() => new Nudge(), monotonicMs);

/**
 * Resolves in another turn of the event loop, in which the sockets have been looked at.
 *
 * While there is always something to be done, the runtime looks at the sockets only in every 61st
 * turn: who has data for the first time in a while waits until then. It looks when it has nothing
 * to do but wait; so this waits for a socket. A timer of the runtime would take two milliseconds.
 */
export async function nextTurn(): Promise<void> {
  const nudge = openNudge();
  if (nudge === null) return await immediately();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LONGEST_MS);
  try {
    await Promise.race([nudge.come(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opens what `nextTurn` needs, once for the process; it is never closed. A program does so at its
 * start, while there are descriptors. Null where there is no loopback, or no descriptor for now.
 */
export function openNudge(): Nudge | null {
  return nudge.get();
}

/** Resolves in the next turn, whether or not anything has been looked at. */
export function immediately(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
