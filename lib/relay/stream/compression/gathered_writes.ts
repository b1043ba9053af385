import type { ByteConn } from "../../../net/byte_conn.ts";

/** Parts go together until they are so many bytes. */
const GATHERED_BYTES = 16 * 1024;

/**
 * Writes to an application what comes in parts: one write for many short ones. A peer may cut a
 * stream into blocks of one byte each, and a write of the system for each of them would take all
 * the time that there is.
 */
export class GatheredWrites {
  readonly #application: ByteConn;
  #held: Uint8Array | null = null;
  #heldBytes = 0;

  constructor(application: ByteConn) {
    this.#application = application;
  }

  /**
   * Null: it is kept, as a copy. Otherwise resolves when there is room for more.
   *
   * @throws {ConnFailed} the application did not accept it, or what was kept
   */
  add(part: Uint8Array): Promise<void> | null {
    if (this.#heldBytes + part.length > GATHERED_BYTES) return this.#addAfterRest(part);
    this.#hold(part);
    return null;
  }

  /**
   * Resolves when the application accepted all that was added.
   *
   * @throws {ConnFailed} the application did not accept it
   */
  async flush(): Promise<void> {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    const count = this.#heldBytes;
    this.#heldBytes = 0;
    await this.#application.write(held.subarray(0, count));
  }

  async #addAfterRest(part: Uint8Array): Promise<void> {
    await this.flush();
    if (part.length < GATHERED_BYTES) this.#hold(part);
    else await this.#application.write(part);
  }

  #hold(part: Uint8Array): void {
    this.#held ??= new Uint8Array(GATHERED_BYTES);
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes += part.length;
  }
}
