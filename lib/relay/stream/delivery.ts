import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { AnswerWatch } from "./answer_watch.ts";
import type { PumpContext } from "./pump_host.ts";

/**
 * What the application gets: bytes in the order in which they were handed over here, whatever
 * link they came on, and then the end of the input.
 */
export class Delivery {
  readonly #context: PumpContext;
  /** Resolves with the application, or null when there is none and will be none. */
  readonly #application: Promise<ByteConn | null>;
  readonly #ready: (application: ByteConn | null) => void;
  readonly #broke: () => void;
  #known: ByteConn | null = null;
  readonly #answers: AnswerWatch;
  #last: Promise<void> = Promise.resolve();
  /**
   * `broken`: the application takes nothing any more. What comes is dropped as if it had taken it,
   * so that two applications which both have failed do not wait for each other.
   */
  #state: "open" | "broken" | "closed" = "open";

  /** `broke` hears that the application takes nothing any more. */
  constructor(context: PumpContext, broke: () => void) {
    this.#context = context;
    this.#broke = broke;
    this.#answers = new AnswerWatch(context.tasks);
    const { promise, resolve } = Promise.withResolvers<ByteConn | null>();
    this.#application = promise;
    this.#ready = resolve;
  }

  /** What was handed over has been accepted, or is not wanted any more. */
  get last(): Promise<void> {
    return this.#last;
  }

  /** Whether the application has everything, the end of the input included as soon as it is closed. */
  get isComplete(): boolean {
    return this.#state !== "broken" && this.#context.stream.cursor.isComplete;
  }

  /** The application is there, or, with null, will never be. */
  begin(application: ByteConn | null): void {
    this.#known = application;
    this.#ready(application);
  }

  close(): void {
    this.#state = "closed";
    this.#ready(null);
  }

  /** Hands `bytes` over; resolves when the application accepted them or failed. */
  deliver(bytes: Uint8Array): Promise<void> {
    const delivery = this.#deliver(this.#last, bytes);
    this.#last = delivery;
    return delivery;
  }

  async #deliver(before: Promise<void>, bytes: Uint8Array): Promise<void> {
    await before;
    const { host, stream } = this.#context;
    const application = this.#known ?? await this.#application;
    if (application === null || this.#isClosed()) return;
    if (this.#state === "open") {
      this.#answers.written(application);
      try {
        await application.write(bytes);
      } catch (error) {
        this.#failed(error);
      }
    }
    if (this.#isClosed()) return;
    host.delivered(stream, bytes.length);
    if (stream.cursor.isComplete) await this.endIfComplete();
  }

  /** Ends the input of the application when it has everything. */
  async endIfComplete(): Promise<void> {
    const { host, stream } = this.#context;
    if (!stream.cursor.isComplete || stream.input === "ended" || this.#isClosed()) return;
    const application = this.#known ?? await this.#application;
    if (application === null || this.#isClosed()) return;
    this.#answers.written(application);
    try {
      await application.closeWrite();
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation) return this.#failed(error);
      // The application has closed both directions already; there is nobody left to tell.
    }
    if (!this.#isClosed()) host.inputEnded(stream.id);
  }

  #failed(error: unknown): void {
    passOnOurs(error);
    if (this.#isClosed()) return;
    // What the application did not take may also be what the peer did wrong (compressed bytes).
    if (error instanceof ProtocolViolation) {
      this.close();
      return this.#context.host.applicationFailed(this.#context.stream.id, "protocol");
    }
    this.#state = "broken";
    this.#broke();
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }
}
