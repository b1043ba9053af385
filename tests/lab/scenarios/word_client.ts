import type { Lab } from "../kit/lab.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import type { Pair } from "../kit/pair.ts";

interface Conversation {
  readonly lab: Lab;
  readonly pair: Pair;
  readonly signal: AbortSignal;
}

/** A client that keeps one connection, and hears what it says. */
export class WordClient {
  readonly #process: LabProcess;
  readonly #signal: AbortSignal;
  #said = 0;

  constructor({ lab, pair, signal }: Conversation, service: string) {
    const { host, port } = pair.target(service);
    const script = `exec 3<>/dev/tcp/${host}/${port}; cat <&3 & cat >&3`;
    this.#process = lab.laptop.start(["bash", "-c", script]);
    this.#signal = signal;
  }

  async say(): Promise<void> {
    this.#said += 1;
    await this.#process.write(`word ${this.#said}\n`);
  }
  async hear(): Promise<void> {
    await this.#process.waitFor(new RegExp(`word ${this.#said}\n`), this.#signal);
  }
  async chat(): Promise<void> {
    await this.say();
    await this.hear();
  }
  /** Everything that came back. */
  get heard(): string {
    return this.#process.output;
  }
}
