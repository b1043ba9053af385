import type { ByteConn } from "../../net/byte_conn.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/**
 * The frames that wait to be written on a link. What is queued in one turn goes out in one piece.
 */
export class FrameQueue {
  readonly #conn: ByteConn;
  readonly #tasks: TaskGroup;
  readonly #broke: () => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing: PromiseWithResolvers<void> | null = null;

  /** `broke` is told when a frame could not be written. */
  constructor(conn: ByteConn, tasks: TaskGroup, broke: () => void) {
    this.#conn = conn;
    this.#tasks = tasks;
    this.#broke = broke;
  }

  /** Queues a frame; how many bytes wait now. */
  add(frame: Uint8Array): number {
    this.#waiting.push(frame);
    this.#bytes += frame.length;
    if (this.#writing === null) {
      this.#writing = Promise.withResolvers();
      this.#tasks.run("write frames", () => this.#write());
    }
    return this.#bytes;
  }

  /** Nothing more is written. */
  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }

  /** Resolves when the system has accepted all that was queued, or it was dropped. */
  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing.promise;
  }

  async #write(): Promise<void> {
    try {
      await null; // so that frames made in the same turn go out in one piece
      while (this.#waiting.length > 0) {
        const first = this.#waiting[0];
        const isOne = this.#waiting.length === 1 && first !== undefined;
        const bytes = isOne ? first : join(this.#waiting);
        this.clear();
        await this.#conn.write(bytes);
      }
    } catch (error) {
      this.#broke();
      passOnOurs(error);
    } finally {
      const written = this.#writing;
      this.#writing = null;
      written?.resolve();
    }
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
