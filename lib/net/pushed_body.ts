/**
 * Bodies without end that many get at once: what comes is pushed, and each listener is asked for the
 * next bytes when its connection has taken the last ones. A stream for each, with what belongs to it,
 * takes several times the memory.
 */
import type { ByteConn } from "./byte_conn.ts";

/** What one listener gets. */
export interface PushSource {
  /** `news` is called when there is something after `next` had nothing; once, at the beginning. */
  start(news: () => void): void;
  /** The next bytes; null: none yet. */
  next(): Uint8Array<ArrayBuffer> | "ended" | null;
  /** Nobody listens any more; may be called again. */
  cancel(): void;
}

const sources = new WeakMap<ReadableStream, PushSource>();

/** The same as a body of a `Response`, for whoever reads it as a stream. */
export function pushedBody(source: PushSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pull: Pull | null = null;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const bytes = await (pull ??= new Pull(source).start()).next();
      if (bytes === null) controller.close();
      else controller.enqueue(bytes);
    },
    cancel: () => source.cancel(),
  }, { highWaterMark: 0 });
  sources.set(body, source);
  return body;
}

/** What a body is pushed from; null: it is a stream like any other. */
export function sourceOf(body: ReadableStream): PushSource | null {
  return sources.get(body) ?? null;
}

/** Writes what `source` has, in chunks if so, until it ends or nobody reads any more. */
export async function writePushed(
  conn: ByteConn,
  source: PushSource,
  { isChunked, gone }: { readonly isChunked: boolean; readonly gone: AbortSignal },
): Promise<void> {
  const end = () => source.cancel();
  gone.addEventListener("abort", end, { once: true });
  if (gone.aborted) end();
  try {
    const pull = new Pull(source).start();
    for (let bytes = await pull.next(); bytes !== null; bytes = await pull.next()) {
      await conn.write(isChunked ? chunkOf(bytes) : bytes);
    }
    if (isChunked && !gone.aborted) await conn.write(LAST_CHUNK);
  } finally {
    end();
    gone.removeEventListener("abort", end);
  }
}

/** Waits for a source. */
class Pull {
  readonly #source: PushSource;
  #wake: () => void = () => {};

  constructor(source: PushSource) {
    this.#source = source;
  }

  start(): this {
    this.#source.start(() => this.#wake());
    return this;
  }

  /** Null: it has ended. */
  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    for (;;) {
      const next = this.#source.next();
      if (next !== null) return next === "ended" ? null : next;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** What many get is framed once: the same bytes are the same chunk. */
const framed = new WeakMap<Uint8Array, Uint8Array>();

function chunkOf(bytes: Uint8Array): Uint8Array {
  const known = framed.get(bytes);
  if (known !== undefined) return known;
  const made = chunk(bytes);
  framed.set(bytes, made);
  return made;
}

/** What says that a body in chunks is whole. */
export const LAST_CHUNK = new TextEncoder().encode("0\r\n\r\n");

/** One chunk (RFC 9112, section 7.1). */
export function chunk(bytes: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`${bytes.length.toString(16)}\r\n`);
  const whole = new Uint8Array(head.length + bytes.length + 2);
  whole.set(head);
  whole.set(bytes, head.length);
  whole.set([13, 10], head.length + bytes.length);
  return whole;
}
