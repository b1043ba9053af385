import { UNUSUAL_SILENCE_MS } from "../verdict/unusual_silence.ts";

/** What counts time or moves by itself: it is sent along with other news, but is none. */
const RESTLESS =
  /"(?:\w*[aA]goMs|uptimeMs|countedAt|stableMs|provenMs|remainingMs|memoryBytes)":[^,}\]]*/g;

const HEARD = '"heardAgoMs":';

interface Field {
  /** As it was rendered last: its name and value in JSON. */
  text: string;
  /** As the listeners have it. */
  sent: string;
}

/** Finds out which top-level fields of a document have changed since they were sent. */
export class FieldChanges {
  readonly #fields = new Map<string, Field>();

  /** Takes in the document as it is now; fields that it has no more are null from then on. */
  rendered(document: object): void {
    const entries = Object.entries(document);
    for (const [name, value] of entries) this.#render(name, JSON.stringify(value));
    const gone = new Set(this.#fields.keys());
    for (const [name] of entries) gone.delete(name);
    for (const name of gone) this.#render(name, undefined);
  }

  #render(name: string, value = "null"): void {
    const text = `${JSON.stringify(name)}:${value}`;
    const field = this.#fields.get(name);
    if (field === undefined) this.#fields.set(name, { text, sent: "" });
    else field.text = text;
  }

  /**
   * The fields with news as one JSON object, which counts as sent; null: there is none. With
   * `evenRestless`, what only moves by itself is news too.
   */
  take(evenRestless: boolean): string | null {
    const changed = [...this.#fields.values()].filter(({ text, sent }) =>
      text !== sent && (evenRestless || calm(text) !== calm(sent))
    );
    if (changed.length === 0) return null;
    for (const field of changed) field.sent = field.text;
    return objectOf(changed);
  }

  /** All of it as it was rendered last. */
  whole(): string {
    return objectOf([...this.#fields.values()]);
  }
}

function calm(text: string): string {
  return text.replace(RESTLESS, (field) => isSilence(field) ? "silent" : "");
}

/** Whether somebody is missed: that he begins or ends to be is news. */
function isSilence(field: string): boolean {
  return field.startsWith(HEARD) && Number(field.slice(HEARD.length)) > UNUSUAL_SILENCE_MS;
}

function objectOf(fields: readonly Field[]): string {
  return `{${fields.map(({ text }) => text).join(",")}}`;
}
