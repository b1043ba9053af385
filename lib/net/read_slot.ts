import type { ConnFailed } from "./conn_failed.ts";

type Reader = {
  readonly resolve: (bytes: Uint8Array | null) => void;
  readonly reject: (error: ConnFailed) => void;
};

/** Where one who reads and a source that pushes meet: at most one of them waits. */
export class ReadSlot {
  #ready: Uint8Array | null = null;
  #reader: Reader | null = null;
  #end: { readonly failure: ConnFailed | null } | null = null;

  get isAwaited(): boolean {
    return this.#reader !== null;
  }

  /** What is there already: bytes, the end (null), or `undefined` when one has to wait. */
  take(): Promise<Uint8Array | null> | undefined {
    const ready = this.#ready;
    if (ready !== null) {
      this.#ready = null;
      return Promise.resolve(ready);
    }
    if (this.#end === null) return undefined;
    const { failure } = this.#end;
    return failure === null ? Promise.resolve(null) : Promise.reject(failure);
  }

  wait(): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => this.#reader = { resolve, reject });
  }

  give(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = null;
    if (reader !== null) reader.resolve(bytes);
    else this.#ready = bytes;
  }

  /** The end of the input, or, with a failure, of everything. The first failure stays. */
  end(failure: ConnFailed | null): void {
    if (this.#end !== null && (failure === null || this.#end.failure !== null)) return;
    this.#end = { failure };
    const reader = this.#reader;
    this.#reader = null;
    if (failure === null) reader?.resolve(null);
    else reader?.reject(failure);
  }
}
