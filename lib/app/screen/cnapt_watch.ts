import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { describeBriefly } from "../../status/words/describe_switch.ts";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { cnaptView, networksOf } from "./cnapt_view.ts";
import type { FrameLine, ScreenSize } from "./frame.ts";
import type { Key } from "./key.ts";
import { TripHistory } from "./trip_history.ts";
import type { LiveView } from "./watch_loop.ts";
import type { Seen } from "./watch_source.ts";

/** What keys ask of CNAPT; each resolves to what came of it, in a sentence, and never rejects. */
export interface CnaptAsker {
  switchTo(provider: string): Promise<string>;
  release(): Promise<string>;
  answer(provider: string, answer: "yes" | "no"): Promise<string>;
}

/** For so long it is told what came of a key. */
const TOLD_MS = 15_000;

/** The live view of CNAPT: what was seen, what is chosen, and what was asked for. */
export class CnaptWatch implements LiveView<CnaptDocument> {
  readonly #asker: CnaptAsker;
  readonly #now: () => number;
  readonly #trips = new TripHistory();
  #seen: Seen<CnaptDocument> = { kind: "gone", reason: "is asked", document: null };
  #chosen: string | null = null;
  #message = "";
  #toldAt = 0;
  #asking: "no" | "yes" = "no";
  #changed: () => void = () => {};

  /** `now`: ms that never go back. */
  constructor(asker: CnaptAsker, now: () => number) {
    this.#asker = asker;
    this.#now = now;
  }

  /** What CNAPT remembers from before; null: it does not. */
  began(history: PathHistoryDocument | null): void {
    if (history !== null) this.#trips.begin(history);
  }

  whenChanged(changed: () => void): void {
    this.#changed = changed;
  }

  took(seen: Seen<CnaptDocument>): void {
    this.#seen = seen;
    const isOld = this.#now() - this.#toldAt > TOLD_MS;
    if (isOld && this.#asking === "no") this.#message = "";
    if (seen.kind === "gone") return;
    const networks = networksOf(seen.document);
    this.#trips.take(
      new Map(networks.map((one) => [
        one.candidate.key,
        one.measurement?.reach.kind === "answering" ? one.measurement.roundTripMs : null,
      ])),
      this.#now(),
    );
    const isThere = networks.some(({ candidate }) => candidate.key === this.#chosen);
    if (!isThere) this.#chosen = null;
  }

  typed(key: Key): void {
    if (this.#seen.kind === "gone") return;
    const keys = networksOf(this.#seen.document).map(({ candidate }) => candidate.key);
    const [question] = this.#seen.document.questions;
    switch (key.kind) {
      case "up":
        this.#choose(keys, keys.indexOf(this.#chosen ?? "") - 1);
        return;
      case "down":
        this.#choose(keys, keys.indexOf(this.#chosen ?? "") + 1);
        return;
      case "enter":
        if (this.#chosen === null) this.#tell("Choose a network first: 1-9, or the arrows");
        else this.#ask(`Switching to ${this.#chosen} …`, this.#switchTo(this.#chosen));
        return;
      case "letter":
        if (/[1-9]/.test(key.letter)) this.#choose(keys, Number(key.letter) - 1);
        else if (key.letter === "a") {
          this.#ask("Letting CNAPT choose …", () => this.#asker.release());
        } else if (question !== undefined && (key.letter === "y" || key.letter === "n")) {
          const answer = key.letter === "y" ? "yes" : "no";
          this.#ask(
            `Answering ${answer} …`,
            () => this.#asker.answer(question.provider, answer),
          );
        }
        return;
      case "leave":
      case "redraw":
        return;
    }
  }

  lines(size: ScreenSize): readonly FrameLine[] {
    const trips = (provider: string) => this.#trips.of(provider);
    return cnaptView(
      { seen: this.#seen, chosen: this.#chosen, message: this.#message, trips },
      size,
    );
  }

  #tell(message: string): void {
    this.#message = message;
    this.#toldAt = this.#now();
  }

  #choose(keys: readonly string[], at: number): void {
    if (keys.length === 0) return;
    const bounded = Math.min(keys.length - 1, Math.max(0, at));
    this.#chosen = keys[bounded] ?? null;
    this.#message = "";
  }

  #switchTo(provider: string): () => Promise<string> {
    return () => this.#asker.switchTo(provider);
  }

  #ask(doing: string, work: () => Promise<string>): void {
    if (this.#asking === "yes") return;
    this.#asking = "yes";
    this.#message = doing;
    work().then((outcome) => {
      this.#asking = "no";
      this.#tell(outcome);
      this.#changed();
    });
  }
}

/** What came of a switch, in one line. */
export function switchWords(
  receipts: readonly Parameters<typeof describeBriefly>[0][],
  error: string | undefined,
): string {
  return error ?? receipts.map(describeBriefly).join("; ");
}
