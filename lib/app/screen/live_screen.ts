/**
 * The terminal while a live view has it: the other screen, no cursor, each key at once. It is given
 * back as it was on every way out, also when the program fails or ends elsewhere.
 */
import { FrameWriter } from "./frame_writer.ts";
import type { FrameLine, ScreenSize } from "./frame.ts";
import { type Key, keysOf } from "./key.ts";
import { screenSize } from "./screen_size.ts";
import { nullUnlessSystem } from "../../config/system_failure.ts";

const READ_BYTES = 256;
/** A terminal that takes nothing keeps nobody from ending. */
const LEAVE_MS = 300;
/** Where the system tells nobody of a change. */
const LOOK_AT_SIZE_MS = 500;

export class LiveScreen implements AsyncDisposable {
  readonly #writer: FrameWriter;
  readonly #closed = new AbortController();
  readonly #hasKeys = Deno.stdin.isTerminal();
  #writing: Promise<void> | null = null;
  /** What the terminal is to show; null: nothing yet. */
  #view: (size: ScreenSize) => readonly FrameLine[] = () => [];
  /** What is to be written when the terminal has taken what it was given. */
  #wanted: "nothing" | "frame" | "all" = "all";

  /** `colours` as the user wants them. */
  constructor(colours: "colours" | "none") {
    this.#writer = new FrameWriter(colours);
    globalThis.addEventListener("unload", this.#giveBack);
    globalThis.addEventListener("error", this.#giveBack);
    globalThis.addEventListener("unhandledrejection", this.#giveBack);
    if (this.#hasKeys) Deno.stdin.setRaw(true);
    this.#write();
  }

  /** Aborted when the terminal is gone, or given back. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get size(): ScreenSize {
    return screenSize();
  }

  /** Shows these lines; while the terminal takes nothing, only the newest are kept. */
  show(view: (size: ScreenSize) => readonly FrameLine[]): void {
    this.#view = view;
    if (this.#wanted === "nothing") this.#wanted = "frame";
    this.#write();
  }

  /** Writes everything anew: something else has written on the terminal, or changed its mode. */
  again(): void {
    if (this.#hasKeys) Deno.stdin.setRaw(true);
    this.#wanted = "all";
    this.#write();
  }

  /** The keys as they are typed, until the terminal is given back. */
  async *keys(): AsyncGenerator<Key> {
    if (!this.#hasKeys) return;
    const buffer = new Uint8Array(READ_BYTES);
    while (!this.#closed.signal.aborted) {
      const count = await Deno.stdin.read(buffer).catch(nullUnlessSystem);
      if (count === null) return this.#closed.abort();
      yield* keysOf(new TextDecoder().decode(buffer.subarray(0, count)));
    }
  }

  /** Calls `changed` whenever the size may be another, until the terminal is given back. */
  watchSize(changed: () => void): void {
    const { signal } = this.#closed;
    const polling = setInterval(() => {
      const before = sizes;
      sizes = sizeText(this.size);
      if (sizes !== before) changed();
    }, LOOK_AT_SIZE_MS);
    let sizes = sizeText(this.size);
    signal.addEventListener("abort", () => clearInterval(polling), { once: true });
    if (Deno.build.os === "windows") return;
    const continued = () => this.again();
    const listeners = [["SIGWINCH", changed], ["SIGCONT", continued]] as const;
    for (const [name, heard] of listeners) Deno.addSignalListener(name, heard);
    signal.addEventListener("abort", () => {
      for (const [name, heard] of listeners) Deno.removeSignalListener(name, heard);
    }, { once: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, LEAVE_MS);
    const leaving = this.#leave().catch(nullUnlessSystem);
    await Promise.race([leaving, late.promise]);
    clearTimeout(timer);
    this.#forget();
  }

  /** The same at once, when there is no time. */
  readonly #giveBack = (): void => {
    this.#closed.abort();
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(this.#writer.leave()));
    } catch (error) {
      nullUnlessSystem(error);
    }
    this.#forget();
  };

  #forget(): void {
    for (const event of ["unload", "error", "unhandledrejection"]) {
      globalThis.removeEventListener(event, this.#giveBack);
    }
    if (!this.#hasKeys) return;
    try {
      Deno.stdin.setRaw(false);
    } catch (error) {
      nullUnlessSystem(error); // the terminal is gone
    }
  }

  #write(): void {
    this.#writing ??= this.#writeAll().catch((error) => {
      this.#closed.abort();
      nullUnlessSystem(error);
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#wanted !== "nothing" && !this.#closed.signal.aborted) {
      const enter = this.#wanted === "all" ? this.#writer.enter() : "";
      this.#wanted = "nothing";
      const { size } = this;
      await write(enter + this.#writer.frame(this.#view(size), size));
    }
    this.#writing = null;
  }

  async #leave(): Promise<void> {
    await this.#writing;
    await write(this.#writer.leave());
  }
}

function sizeText({ columns, rows }: ScreenSize): string {
  return `${columns}x${rows}`;
}

async function write(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
}
