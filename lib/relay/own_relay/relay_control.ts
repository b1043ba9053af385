import {
  decodeRelayMessage,
  encodeRelayMessage,
  type RelayMessage,
} from "../../core/relay/relay_messages.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { readExactly } from "../link/link_auth.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** How an end finds out whether the other one is still there. */
export interface ControlPatience {
  /** It asks so often, */
  readonly askMs: number;
  /** and gives it up after so long a one. */
  readonly silenceMs: number;
}

/** The relay's: nobody waits for it, as a SNAPT that comes again takes its own place. */
export const RELAYS_PATIENCE: ControlPatience = { askMs: 10_000, silenceMs: 25_000 };
/**
 * SNAPT's: when its line was replaced, or a NAT on the way has forgotten everything, nobody but SNAPT
 * can mend that, and it learns of it only by saying something.
 */
export const SNAPTS_PATIENCE: ControlPatience = { askMs: 2_000, silenceMs: 7_000 };

/** Who reads nothing of what is said to him is given up when so much waits. */
const MAX_UNSENT = 128;
const FAREWELL_MS = 1_000;

/** What is said besides whether one is there. */
export type RelayNews = Exclude<RelayMessage, { readonly kind: "ping" | "pong" }>;

/** The control connection between a relay and a SNAPT, at either end, after both have proven the key. */
export class RelayControl {
  readonly #conn: ByteConn;
  readonly #tasks: TaskGroup;
  readonly #patience: ControlPatience;
  readonly #unsent: Uint8Array[] = [];
  #sending: "idle" | "sending" = "idle";
  #sent: Promise<void> = Promise.resolve();
  #heardAt: number;
  /** Why it was given up here. */
  #givenUp: ConnFailed | null = null;
  /** The question that waits for its answer. */
  #asked: { readonly token: number; readonly at: number } | null = null;
  #questions = 0;
  #roundTripMs: number | null = null;

  constructor(conn: ByteConn, tasks: TaskGroup, patience: ControlPatience) {
    this.#conn = conn;
    this.#patience = patience;
    this.#tasks = tasks;
    this.#heardAt = tasks.now();
  }

  /** As long as the last answer took, in ms; null: there was none yet. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
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
    const asking = this.#tasks.every(this.#patience.askMs, () => this.ask());
    try {
      for (;;) {
        const message = await this.#receive();
        this.#heardAt = this.#tasks.now();
        if (message.kind === "ping") this.send({ kind: "pong", token: message.token });
        else if (message.kind === "pong") this.#answered(message.token);
        else heard(message);
        const others = this.#tasks.turns.moved(0);
        if (others !== null) await others;
      }
    } catch (error) {
      throw this.#givenUp ?? error;
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

  /** When the other end was heard last. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Asks whether the other end is there; one that was silent for too long is given up. */
  ask(): void {
    const at = this.#tasks.now();
    const silentMs = at - this.#heardAt;
    if (silentMs >= this.#patience.silenceMs) {
      const heard = `nothing was heard for ${Math.round(silentMs / 1_000)} s`;
      this.#givenUp = new ConnFailed("timedOut", `Cannot use the control connection: ${heard}`);
      return this.#conn.reset();
    }
    const token = this.#questions++ >>> 0;
    this.#asked = { token, at };
    this.send({ kind: "ping", token });
  }

  /** What answers an earlier question, or none, measures nothing. */
  #answered(token: number): void {
    const asked = this.#asked;
    if (asked === null || asked.token !== token) return;
    this.#asked = null;
    this.#roundTripMs = this.#tasks.now() - asked.at;
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
