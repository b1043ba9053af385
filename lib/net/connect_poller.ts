import type { Libc } from "./libc.ts";

const POLLOUT = 4;
/** `struct pollfd`. */
const ENTRY_BYTES = 8;
/** How often pending connects are looked at; a round trip takes longer. */
const POLL_MS = 2;

/**
 * Tells when connects that were begun on sockets outside Deno's reach have ended. One look, which
 * does not block, serves all of them; nothing runs while none is pending.
 */
export class ConnectPoller {
  readonly #libc: Libc;
  readonly #pending = new Map<number, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Resolves when the connect of `fd` has succeeded or failed; rejects when aborted. */
  async wait(fd: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(fd, resolve);
    this.#look();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#pending.delete(fd);
    }
  }

  #look(): void {
    clearTimeout(this.#timer);
    const descriptors = [...this.#pending.keys()];
    const entries = new Uint8Array(descriptors.length * ENTRY_BYTES);
    const view = new DataView(entries.buffer);
    descriptors.forEach((fd, index) => {
      view.setInt32(index * ENTRY_BYTES, fd, true);
      view.setInt16(index * ENTRY_BYTES + 4, POLLOUT, true);
    });
    if (this.#libc.poll(entries, BigInt(descriptors.length), 0) > 0) {
      descriptors.forEach((fd, index) => {
        if (view.getInt16(index * ENTRY_BYTES + 6, true) === 0) return;
        this.#pending.get(fd)?.();
        this.#pending.delete(fd);
      });
    }
    if (this.#pending.size > 0) this.#timer = setTimeout(() => this.#look(), POLL_MS);
  }
}
