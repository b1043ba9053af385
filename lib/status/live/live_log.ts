/** So many events, and so much text of them, can be caught up with. */
const MAX_EVENTS = 128;
const MAX_BYTES = 512 * 1024;

/** The bytes of one event, the same for all who get it. */
export type EventBytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/**
 * The last events of one run of the program, by number. Whoever is further behind than it reaches
 * gets everything anew: that bounds what is kept for a listener that does not read.
 */
export class LiveLog {
  readonly #run: string;
  #events: { readonly number: number; readonly bytes: EventBytes }[] = [];
  #bytes = 0;
  #last = 0;

  /** `run`: what no other run of the program is called. */
  constructor(run: string) {
    this.#run = run;
  }

  /** The number of the newest event; 0: there was none yet. */
  get last(): number {
    return this.#last;
  }

  append(type: string, json: string): void {
    this.#last += 1;
    const bytes = this.event(type, json);
    this.#events.push({ number: this.#last, bytes });
    this.#bytes += bytes.length;
    while (this.#events.length > MAX_EVENTS || this.#bytes > MAX_BYTES) {
      this.#bytes -= this.#events.shift()?.bytes.length ?? 0;
    }
  }

  /** An event of one's own, for who then has all up to the newest one. */
  event(type: string, json: string): EventBytes {
    return encoder.encode(`id: ${this.#run}-${this.#last}\nevent: ${type}\ndata: ${json}\n\n`);
  }

  /** What follows the event with this number; null: it is not there any more, or was never. */
  after(number: number): EventBytes | null {
    const [first] = this.#events;
    return first === undefined ? null : this.#events[number + 1 - first.number]?.bytes ?? null;
  }

  /** Whether everything after the event with this number is there. */
  reaches(number: number): boolean {
    const first = this.#events[0]?.number ?? this.#last + 1;
    return number + 1 >= first && number <= this.#last;
  }

  /** The number in what a client says it has heard last; null: of another run, or of none. */
  numberIn(lastEventId: string): number | null {
    const [, run, number] = /^(\w+)-(\d{1,15})$/.exec(lastEventId) ?? [];
    return run === this.#run ? Number(number) : null;
  }
}
