import type { ByteConn } from "../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../lib/net/conn_failed.ts";
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

/** What is read at once by whoever brings no buffer. */
const PIECE_BYTES = 16 * 1024;

interface Read {
  readonly region: Uint8Array;
  readonly give: (count: number | null) => void;
  readonly fail: (error: ConnFailed) => void;
}

/** Who an application is and what it and its peer do. */
export interface ApplicationPart {
  readonly role: "client" | "server";
  /** The number of the connection: each has bytes of its own. */
  readonly connection: number;
  readonly own: ApplicationPlan;
  readonly other: ApplicationPlan;
}

/**
 * A client or server application, as the relay sees it at its end of their connection: sends
 * bytes that can be told apart, checks every byte that it gets, and knows how its connection ended.
 */
export class SimApplication implements ByteConn {
  readonly name: string;
  readonly localAddress = "198.51.100.1:7";
  readonly remoteAddress: string;
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
  #read: Read | null = null;
  #writing: "idle" | "busy" = "idle";
  #waitingForEnd: (() => void) | null = null;

  constructor(
    { role, connection, own, other }: ApplicationPart,
    time: VirtualTime,
    chance: Chance,
  ) {
    this.name = `${role} application of connection ${connection}`;
    this.remoteAddress = `198.51.100.2:${connection}`;
    this.plan = own;
    this.#expectsBytes = other.sendsBytes;
    this.#sendKey = 2 * connection + (role === "client" ? 0 : 1);
    this.#receiveKey = 2 * connection + (role === "client" ? 1 : 0);
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
  read(region: Uint8Array): Promise<number | null> {
    if (this.#read !== null) this.#wrong("is read twice at once");
    return new Promise((give, fail) => {
      const read = { region, give, fail };
      this.#read = read;
      this.#begin(read);
    });
  }

  async readNext(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(PIECE_BYTES);
    const count = await this.read(buffer);
    return count === null ? null : buffer.subarray(0, count);
  }

  /** Gives bytes to the application, which takes them when it likes. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#writing === "busy") this.#wrong("is written to twice at once");
    this.#writing = "busy";
    return new Promise((resolve, reject) => {
      this.#afterPause(this.#acceptanceDelay(), () => {
        this.#writing = "idle";
        if (this.#ending !== "open") return reject(this.#gone("write"));
        this.#check(bytes);
        resolve();
      });
    });
  }

  closeWrite(): Promise<void> {
    if (this.#ending !== "open") return Promise.reject(this.#gone("end its input"));
    if (this.#input === "ended") this.#wrong("sees its input end twice");
    if (this.#received !== this.#expectsBytes) {
      this.#wrong(`sees its input end after ${this.#received} of ${this.#expectsBytes} bytes`);
    }
    this.#input = "ended";
    this.#waitingForEnd?.();
    return Promise.resolve();
  }

  /** The relay closes the connection: all that was said to it is there, also when a session ends. */
  close(): void {
    if (this.#ending !== "open") return;
    if (this.#received !== this.#expectsBytes) this.#wrong("is closed before it has everything");
    this.#ending = "closed";
    this.#failRead();
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

  #begin(read: Read): void {
    if (this.#ending !== "open") return this.#failRead();
    const left = this.plan.sendsBytes - this.#sent;
    if (left === 0 && this.plan.isLastToEnd && this.#input === "open") {
      this.#waitingForEnd = () => this.#answerRead(null);
      return;
    }
    this.#afterPause(this.#chance.between(0, this.plan.sendPauseMs), () => {
      if (this.#read !== read) return;
      if (left === 0) return this.#answerRead(null);
      const { region } = read;
      const count = Math.min(left, region.length, this.#chance.between(1, this.plan.pieceBytes));
      fillPattern(region.subarray(0, count), this.#sendKey, this.#sent);
      this.#sent += count;
      this.#answerRead(count);
    });
  }

  #check(bytes: Uint8Array): void {
    const wrong = findMismatch(bytes, this.#receiveKey, this.#received);
    if (wrong >= 0) this.#wrong(`gets byte ${this.#received + wrong} that is not what was sent`);
    this.#received += bytes.length;
    if (this.#received > this.#expectsBytes) {
      this.#wrong(`gets ${this.#received} of ${this.#expectsBytes} bytes`);
    }
  }

  /** An application without a pause answers at once: most events of a world would be such ones. */
  #afterPause(ms: number, then: () => void): void {
    if (ms === 0) then();
    else this.#time.after(ms, then);
  }

  #wrong(what: string): void {
    this.#time.fail(new Error(`The ${this.name} ${what}`));
  }

  #gone(action: string): ConnFailed {
    return new ConnFailed("reset", `Cannot ${action}: the ${this.name} is gone`);
  }

  #acceptanceDelay(): number {
    const { stuck, readPauseMs } = this.plan;
    const { now } = this.#time;
    if (stuck !== null && now >= stuck.from && now < stuck.until) return stuck.until - now;
    return readPauseMs === 0 ? 0 : this.#chance.between(0, readPauseMs);
  }

  #answerRead(count: number | null): void {
    const read = this.#read;
    this.#read = null;
    this.#waitingForEnd = null;
    read?.give(count);
  }

  #failRead(): void {
    const read = this.#read;
    this.#read = null;
    read?.fail(this.#gone("read"));
  }
}
