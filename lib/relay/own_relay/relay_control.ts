import {
  decodeRelayMessage,
  encodeRelayMessage,
  type RelayMessage,
} from "../../core/relay/relay_messages.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { readExactly } from "../link/link_auth.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** Each end asks so often whether the other is there, */
const ASK_MS = 10_000;
/** and gives it up after so long a silence. */
export const CONTROL_SILENCE_MS = 25_000;
/** Who reads nothing of what is said to him is given up when so much waits. */
const MAX_UNSENT = 128;
const FAREWELL_MS = 1_000;

/** What is said besides whether one is there. */
export type RelayNews = Exclude<RelayMessage, { readonly kind: "ping" | "pong" }>;

/** The control connection between a relay and a SNAPT, at either end, after both have proven the key. */
export class RelayControl {
  readonly #conn: ByteConn;
  readonly #tasks: TaskGroup;
  readonly #unsent: Uint8Array[] = [];
  #sending: "idle" | "sending" = "idle";
  #sent: Promise<void> = Promise.resolve();
  #heardAt: number;

  constructor(conn: ByteConn, tasks: TaskGroup) {
    this.#conn = conn;
    this.#tasks = tasks;
    this.#heardAt = tasks.now();
  }

  send(message: RelayMessage): void {
    if (this.#unsent.length >= MAX_UNSENT) return this.#conn.reset();
    this.#unsent.push(encodeRelayMessage(message));
    if (this.#sending === "idle") {
      this.#tasks.run("say", () => this.#sent = this.#sendAll());
    }
  }

  /**
   * Hears the other end until the connection ends.
   *
   * @throws {ProtocolViolation} what comes is no message
   * @throws {ConnFailed} the connection broke, or the other end was silent for too long
   */
  async hear(heard: (news: RelayNews) => void): Promise<void> {
    const asking = this.#tasks.every(ASK_MS, () => this.#ask());
    try {
      for (;;) {
        const message = await this.#receive();
        this.#heardAt = this.#tasks.now();
        if (message.kind === "ping") this.send({ kind: "pong", token: message.token });
        else if (message.kind !== "pong") heard(message);
        const others = this.#tasks.turns.moved(0);
        if (others !== null) await others;
      }
    } finally {
      asking.cancel();
    }
  }

  /** Closes it when what was said has gone out, or a moment later. */
  async closeGently(): Promise<void> {
    const limit = this.#tasks.timer(FAREWELL_MS, () => this.#conn.reset());
    try {
      await this.#sent;
      await this.#conn.closeWrite();
    } catch (error) {
      passOnOurs(error);
    } finally {
      limit.cancel();
      this.#conn.close();
    }
  }

  #ask(): void {
    if (this.#tasks.now() - this.#heardAt >= CONTROL_SILENCE_MS) return this.#conn.reset();
    this.send({ kind: "ping", token: 0 });
  }

  async #sendAll(): Promise<void> {
    this.#sending = "sending";
    try {
      for (;;) {
        const next = this.#unsent.shift();
        if (next === undefined) return;
        await this.#conn.write(next);
      }
    } catch (error) {
      this.#unsent.length = 0;
      this.#conn.close();
      passOnOurs(error);
    } finally {
      this.#sending = "idle";
    }
  }

  async #receive(): Promise<RelayMessage> {
    let bytes = new Uint8Array(0);
    for (;;) {
      const message = decodeRelayMessage(bytes);
      if (message.kind !== "incomplete") return message;
      const more = await readExactly(this.#conn, message.missing);
      const whole = new Uint8Array(bytes.length + more.length);
      whole.set(bytes);
      whole.set(more, bytes.length);
      bytes = whole;
    }
  }
}
