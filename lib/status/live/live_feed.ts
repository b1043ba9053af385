/**
 * The live events of a program: its document at first, then what changes in it, and its notices.
 *
 * Theory of operation. However many listen, the document is rendered once a second, and not at all
 * while nobody does. What has changed becomes one event, whose bytes all of them get; each listener
 * is no more than a position in the log of these events. One that has fallen behind its beginning
 * is given the whole document instead, so nothing ever queues up for it. The writes are spread over
 * most of the second: a thousand at once would keep the bytes of streams waiting.
 */
import type { Clock, Timer } from "../../relay/run/clock.ts";
import { FieldChanges } from "./field_changes.ts";
import { type EventBytes, LiveLog } from "./live_log.ts";

const RENDER_MS = 1_000;
/**
 * So often something is sent in any case, so that either end notices when the other has gone, and
 * no page counts on for long from a time that is no longer so.
 */
const STILL_HERE_MS = 5_000;
/** The listeners are woken in so many parts, so far apart. */
const PARTS = 200;
const PART_MS = 4;

/** Somebody who listens. Its methods may neither throw nor wait. */
export interface LiveListener {
  /** How long it may listen, in ms since 1970. */
  readonly endsAt: number;
  /** There is something after its position. */
  news(): void;
  ended(): void;
}

export interface LiveFeedContext {
  /** Renders the document as it is now. */
  readonly document: () => object;
  /** What no other run of the program is called. */
  readonly run: string;
  readonly clock: Clock;
}

export class LiveFeed {
  readonly #context: LiveFeedContext;
  readonly #fields = new FieldChanges();
  readonly #log: LiveLog;
  readonly #listeners = new Set<LiveListener>();
  /** Those that are to be told of news, in their order. */
  #untold: LiveListener[] = [];
  #whole: { readonly number: number; readonly bytes: EventBytes } | null = null;
  #renderedAt = -Infinity;
  #sentAt = -Infinity;
  #ticking: Timer | null = null;
  #telling: Timer | null = null;
  #state: "open" | "closed" = "open";

  constructor(context: LiveFeedContext) {
    this.#context = context;
    this.#log = new LiveLog(context.run);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** A notice for all; it is kept for a while also when nobody listens. */
  notice(json: string): void {
    if (this.#state === "closed") return;
    this.#log.append("notice", json);
    this.#tell();
  }

  /**
   * Takes a listener that has heard `lastEventId`, empty for nothing; its position, null: the feed
   * has ended.
   */
  listen(listener: LiveListener, lastEventId: string): LivePosition | null {
    if (this.#state === "closed") return null;
    if (this.#context.clock.now() - this.#renderedAt >= RENDER_MS) this.#render();
    this.#listeners.add(listener);
    this.#ticking ??= this.#nextTick();
    const number = this.#log.numberIn(lastEventId);
    return new LivePosition(number, this.#log, () => this.#wholeDocument());
  }

  leave(listener: LiveListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#ticking?.cancel();
    this.#ticking = null;
    this.#telling?.cancel();
    this.#telling = null;
    this.#untold = [];
    this.#whole = null;
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#endAll([...this.#listeners]);
  }

  #endAll(listeners: readonly LiveListener[]): void {
    for (const listener of listeners) {
      this.leave(listener);
      listener.ended();
    }
  }

  #nextTick(): Timer {
    return this.#context.clock.timer(RENDER_MS, () => {
      this.#ticking = this.#nextTick();
      const now = this.#context.clock.date().getTime();
      this.#endAll([...this.#listeners].filter(({ endsAt }) => endsAt <= now));
      if (this.#listeners.size > 0) this.#render();
    });
  }

  #render(): void {
    const now = this.#context.clock.now();
    const isFirst = this.#renderedAt === -Infinity;
    this.#renderedAt = now;
    this.#fields.rendered(this.#context.document());
    const changes = this.#fields.take(now - this.#sentAt >= STILL_HERE_MS);
    if (changes === null) return;
    this.#sentAt = now;
    if (isFirst) return; // nobody has anything that these would change
    this.#log.append("changes", changes);
    this.#tell();
  }

  #wholeDocument(): { readonly number: number; readonly bytes: EventBytes } {
    const { last } = this.#log;
    if (this.#whole?.number !== last) {
      this.#whole = { number: last, bytes: this.#log.event("document", this.#fields.whole()) };
    }
    return this.#whole;
  }

  /** Tells all that there is news; those that have still to be told of older news wait no longer. */
  #tell(): void {
    const late = new Set(this.#untold);
    this.#untold = [...this.#untold, ...[...this.#listeners].filter((one) => !late.has(one))];
    if (this.#telling === null) this.#tellSome(Math.ceil(this.#untold.length / PARTS));
  }

  #tellSome(count: number): void {
    const told = this.#untold.splice(0, count);
    this.#telling = this.#untold.length === 0
      ? null
      : this.#context.clock.timer(PART_MS, () => this.#tellSome(count));
    for (const listener of told) if (this.#listeners.has(listener)) listener.news();
  }
}

/** How far a listener is. */
export class LivePosition {
  readonly #log: LiveLog;
  readonly #whole: () => { readonly number: number; readonly bytes: EventBytes };
  /** The event that it had last; null: it has to begin anew. */
  #number: number | null;

  constructor(
    number: number | null,
    log: LiveLog,
    whole: () => { readonly number: number; readonly bytes: EventBytes },
  ) {
    this.#number = number;
    this.#log = log;
    this.#whole = whole;
  }

  /** What it gets next; null: it has everything. */
  next(): EventBytes | null {
    if (this.#number === null || !this.#log.reaches(this.#number)) {
      const { number, bytes } = this.#whole();
      this.#number = number;
      return bytes;
    }
    const bytes = this.#log.after(this.#number);
    if (bytes !== null) this.#number += 1;
    return bytes;
  }
}
