import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { passOnUnlessConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { type ByteListener, listenPlain } from "../../../lib/net/listen.ts";

/** What is done to one connection. */
export type Meddling =
  | { readonly kind: "pass" }
  /** Ends it once so many bytes have gone there. */
  | { readonly kind: "cut"; readonly after: number }
  /** Says what was said so far once more, in the middle of it. */
  | { readonly kind: "repeat"; readonly after: number }
  /** Lets nothing through for a while, either way; then it goes on. */
  | { readonly kind: "hold"; readonly after: number }
  /** Gives it, in the middle, the other end of the connection that was swapped before. */
  | { readonly kind: "swap"; readonly after: number };

interface Passing {
  readonly near: ByteConn;
  readonly far: ByteConn;
  /** To whom what comes from `near` goes, and what comes from `far`. */
  toFar: ByteConn;
  toNear: ByteConn;
  /** Until when nothing goes through. */
  held: Promise<void>;
}

const HELD_MS = 500;

/**
 * In the place of a relay, or on the way to it: passes on what it is told to pass on. It sees what a
 * relay sees, and can do to it what a relay can do.
 */
export class Meddler implements AsyncDisposable {
  readonly #listener: ByteListener;
  readonly #target: number;
  readonly #ended = new AbortController();
  readonly #accepting: Promise<void>;
  /** What callers have said at the beginning of connections, whole. */
  readonly recorded: Uint8Array[] = [];
  /** What is to be done to the connection that comes next. */
  choose: () => Meddling = () => ({ kind: "pass" });
  #swapped: Passing | null = null;
  meddled = 0;

  private constructor(listener: ByteListener, target: number) {
    this.#listener = listener;
    this.#target = target;
    this.#accepting = this.#accept();
  }

  static before(target: number): Meddler {
    return new Meddler(listenPlain({ host: "127.0.0.1", port: 0 }, "link"), target);
  }

  get port(): number {
    return this.#listener.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#ended.abort();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const passing: Promise<void>[] = [];
    for (;;) {
      const near = await this.#listener.accept();
      if (near === null) break;
      passing.push(this.#pass(near));
    }
    await Promise.all(passing);
  }

  async #pass(near: ByteConn): Promise<void> {
    const { signal } = this.#ended;
    const meddling = this.choose();
    try {
      const target = { host: "127.0.0.1", port: this.#target };
      const far = await dial(target, { kind: "any" }, { signal });
      const passing: Passing = { near, far, toFar: far, toNear: near, held: Promise.resolve() };
      const end = () => {
        near.reset();
        far.reset();
      };
      signal.addEventListener("abort", end, { once: true });
      const there = this.#there(passing, meddling);
      const back = this.#back(passing);
      await Promise.all([there, back].map((one) => one.catch(endOn(end))));
      near.close();
      far.close();
    } catch (error) {
      passOnUnlessConnFailed(error);
      near.reset();
    }
  }

  /** From who has dialled to the relay. */
  async #there(passing: Passing, meddling: Meddling): Promise<void> {
    const said: Uint8Array[] = [];
    let bytes = 0;
    let isDone = meddling.kind === "pass";
    for (;;) {
      const piece = await passing.near.readNext();
      if (piece === null) return await passing.toFar.closeWrite();
      bytes += piece.length;
      if (said.length < 8) said.push(new Uint8Array(piece));
      if (said.length === 1) this.recorded.push(new Uint8Array(piece));
      if (!isDone && "after" in meddling && bytes > meddling.after) {
        isDone = true;
        this.meddled += 1;
        await this.#meddle(passing, meddling.kind, said);
      }
      await passing.toFar.write(piece);
    }
  }

  /** From the relay. */
  async #back(passing: Passing): Promise<void> {
    for (;;) {
      const piece = await passing.far.readNext();
      await passing.held;
      if (piece === null) return await passing.toNear.closeWrite();
      await passing.toNear.write(piece);
    }
  }

  async #meddle(
    passing: Passing,
    kind: Exclude<Meddling["kind"], "pass">,
    said: readonly Uint8Array[],
  ): Promise<void> {
    switch (kind) {
      case "cut":
        passing.near.reset();
        passing.far.reset();
        return;
      case "repeat":
        for (const piece of said) await passing.toFar.write(piece);
        return;
      case "hold":
        passing.held = new Promise((letGo) => {
          const timer = setTimeout(letGo, HELD_MS);
          const { signal } = this.#ended;
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            letGo();
          }, { once: true });
        });
        await passing.held;
        return;
      case "swap": {
        const other = this.#swapped;
        this.#swapped = other === null ? passing : null;
        if (other === null) return;
        [passing.toFar, other.toFar] = [other.toFar, passing.toFar];
        [passing.toNear, other.toNear] = [other.toNear, passing.toNear];
        return;
      }
    }
  }
}

function endOn(end: () => void): (error: unknown) => void {
  return (error) => {
    passOnUnlessConnFailed(error);
    end();
  };
}
