import { isHangupIgnored } from "../../net/hangup.ts";

/**
 * The signal that asks a command to end: the command brings to its end what it has in hand, and then
 * dies of the signal as any program would. Asked twice it dies at once.
 */
export class PartingSignal {
  readonly #asked = Promise.withResolvers<Deno.Signal>();
  readonly #listeners: (readonly [Deno.Signal, () => void])[] = [];
  #first: Deno.Signal | null = null;

  constructor() {
    if (Deno.build.os === "windows") return;
    const goesOn = isHangupIgnored(); // to be asked before anything is listened to
    this.#listenTo("SIGTERM");
    if (!goesOn) this.#listenTo("SIGHUP");
  }

  /** Resolves when the command is asked to end. */
  get asked(): Promise<Deno.Signal> {
    return this.#asked.promise;
  }

  /** Dies of the signal that has asked, or goes on without listening where none has. */
  dieIfAsked(): void {
    if (this.#first !== null) this.die(this.#first);
    this.close();
  }

  /** Ends this program as `signal` would have ended it. */
  die(signal: Deno.Signal): never {
    this.close();
    Deno.kill(Deno.pid, signal);
    throw new Error(`Cannot end by ${signal}: it was not heard`);
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
    this.#listeners.length = 0;
  }

  #listenTo(signal: Deno.Signal): void {
    const listener = () => {
      // A hangup is often said twice, by the terminal and by ssh.
      if (this.#first !== null && signal !== "SIGHUP") this.die(signal);
      this.#first ??= signal;
      this.#asked.resolve(signal);
    };
    Deno.addSignalListener(signal, listener);
    this.#listeners.push([signal, listener]);
  }
}
