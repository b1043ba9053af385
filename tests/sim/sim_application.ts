import type { Chance } from "./chance.ts";
import { fillPattern, findMismatch } from "./payload_pattern.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What an application does with its connection. */
export interface ApplicationPlan {
  readonly sendsBytes: number;
  /** Longest pause before each piece is sent, and before each is accepted; ms. */
  readonly sendPauseMs: number;
  readonly readPauseMs: number;
  /** Largest piece that is sent at once. */
  readonly pieceBytes: number;
  /** Ends its direction only after the other one has ended. */
  readonly isLastToEnd: boolean;
  /** Accepts nothing between these two times of the world. */
  readonly stuck: { readonly from: number; readonly until: number } | null;
  /** Resets its connection at that time of the world. */
  readonly resetsAt: number | null;
}

export const QUICK_PLAN: ApplicationPlan = {
  sendsBytes: 20_000,
  sendPauseMs: 10,
  readPauseMs: 0,
  pieceBytes: 1_500,
  isLastToEnd: false,
  stuck: null,
  resetsAt: null,
};

type Ending = "open" | "resetByItself" | "reset" | "closed";

/**
 * A client or server application at its end of a connection: sends bytes that can be told apart,
 * checks every byte that it gets, and knows how its connection ended.
 */
export class SimApplication {
  readonly name: string;
  readonly plan: ApplicationPlan;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #sendKey: number;
  readonly #receiveKey: number;
  readonly #expectsBytes: number;
  #sent = 0;
  #received = 0;
  #input: "open" | "ended" = "open";
  #ending: Ending = "open";
  #read: ((count: number | null | "failed") => void) | null = null;
  #waitingForEnd: (() => void) | null = null;

  constructor(
    role: "client" | "server",
    stream: number,
    plans: { readonly own: ApplicationPlan; readonly other: ApplicationPlan },
    time: VirtualTime,
    chance: Chance,
  ) {
    this.name = `${role} application of stream ${stream}`;
    this.plan = plans.own;
    this.#expectsBytes = plans.other.sendsBytes;
    this.#sendKey = 2 * stream + (role === "client" ? 0 : 1);
    this.#receiveKey = 2 * stream + (role === "client" ? 1 : 0);
    this.#time = time;
    this.#chance = chance;
    const { resetsAt } = this.plan;
    if (resetsAt !== null) time.after(resetsAt - time.now, () => this.resetItself());
  }

  get sent(): number {
    return this.#sent;
  }
  get received(): number {
    return this.#received;
  }
  get ending(): Ending {
    return this.#ending;
  }
  get input(): "open" | "ended" {
    return this.#input;
  }

  /** Reads what the application sends into `region`; null at its end. */
  read(region: Uint8Array, take: (count: number | null | "failed") => void): void {
    this.#read = take;
    if (this.#ending !== "open") return this.#failRead();
    const left = this.plan.sendsBytes - this.#sent;
    if (left === 0 && this.plan.isLastToEnd && this.#input === "open") {
      this.#waitingForEnd = () => this.#answerRead(null);
      return;
    }
    this.#time.after(this.#chance.between(0, this.plan.sendPauseMs), () => {
      if (this.#read !== take) return;
      if (left === 0) return this.#answerRead(null);
      const count = Math.min(left, region.length, this.#chance.between(1, this.plan.pieceBytes));
      fillPattern(region.subarray(0, count), this.#sendKey, this.#sent);
      this.#sent += count;
      this.#answerRead(count);
    });
  }

  /** Gives bytes to the application, which takes them when it likes. */
  write(bytes: Uint8Array, done: (outcome: "accepted" | "failed") => void): void {
    this.#time.after(this.#acceptanceDelay(), () => {
      if (this.#ending !== "open") return done("failed");
      this.#check(bytes);
      done("accepted");
    });
  }

  closeWrite(done: () => void): void {
    if (this.#ending === "open") {
      if (this.#input === "ended") throw new Error(`${this.name}: its input ended twice`);
      if (this.#received !== this.#expectsBytes) {
        throw new Error(
          `${this.name}: its input ended after ${this.#received} of ${this.#expectsBytes} bytes`,
        );
      }
      this.#input = "ended";
      this.#waitingForEnd?.();
    }
    this.#time.soon(done);
  }

  /** The relay closes the connection: both directions must be complete. */
  close(): void {
    if (this.#ending !== "open") return;
    const isComplete = this.#input === "ended" && this.#sent === this.plan.sendsBytes;
    if (!isComplete) throw new Error(`${this.name}: closed before it was complete`);
    this.#ending = "closed";
  }

  /** The relay resets the connection. */
  reset(): void {
    if (this.#ending === "open") this.#ending = "reset";
    this.#failRead();
  }

  resetItself(): void {
    if (this.#ending === "open") this.#ending = "resetByItself";
    this.#failRead();
  }

  #check(bytes: Uint8Array): void {
    const wrong = findMismatch(bytes, this.#receiveKey, this.#received);
    if (wrong >= 0) {
      throw new Error(`${this.name}: byte ${this.#received + wrong} is not what was sent`);
    }
    this.#received += bytes.length;
    if (this.#received > this.#expectsBytes) {
      throw new Error(`${this.name}: got ${this.#received} of ${this.#expectsBytes} bytes`);
    }
  }

  #acceptanceDelay(): number {
    const { stuck, readPauseMs } = this.plan;
    const { now } = this.#time;
    if (stuck !== null && now >= stuck.from && now < stuck.until) return stuck.until - now;
    return readPauseMs === 0 ? 0 : this.#chance.between(0, readPauseMs);
  }

  #answerRead(count: number | null): void {
    const take = this.#read;
    this.#read = null;
    this.#waitingForEnd = null;
    take?.(count);
  }

  #failRead(): void {
    const take = this.#read;
    this.#read = null;
    if (take !== null) this.#time.soon(() => take("failed"));
  }
}
