import type { SnaptDocument } from "../../status/snapt_document.ts";
import type { FrameLine, ScreenSize } from "./frame.ts";
import type { Key } from "./key.ts";
import { snaptView } from "./snapt_view.ts";
import { TripHistory } from "./trip_history.ts";
import type { LiveView } from "./watch_loop.ts";
import type { Seen } from "./watch_source.ts";

/** The live view of SNAPT: what was seen, and which part of the list is shown. */
export class SnaptWatch implements LiveView<SnaptDocument> {
  readonly #now: () => number;
  readonly #trips = new TripHistory();
  #seen: Seen<SnaptDocument> = { kind: "gone", reason: "is asked", document: null };
  #above = 0;

  /** `now`: ms that never go back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  whenChanged(): void {} // nothing is asked of SNAPT here

  took(seen: Seen<SnaptDocument>): void {
    this.#seen = seen;
    if (seen.kind === "gone") return;
    const { sessions } = seen.document;
    const trips = sessions.map(({ client, away, roundTripMs }) =>
      [client, away === null ? roundTripMs : null] as const
    );
    this.#trips.take(new Map(trips), this.#now());
    this.#move(0);
  }

  typed(key: Key): void {
    if (key.kind === "up") this.#move(-1);
    if (key.kind === "down") this.#move(1);
  }

  lines(size: ScreenSize): readonly FrameLine[] {
    const trips = (client: string) => this.#trips.of(client);
    return snaptView({ seen: this.#seen, above: this.#above, trips }, size);
  }

  #move(lines: number): void {
    const last = Math.max(0, (this.#seen.document?.sessions.length ?? 0) - 1);
    this.#above = Math.min(last, Math.max(0, this.#above + lines));
  }
}
