/** One event of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface LiveEvent {
  readonly type: string;
  /** What the stream is resumed from; empty: as before. */
  readonly id: string;
  readonly data: string;
}

/** Cuts the text of such a stream into events, wherever its pieces begin and end. */
export class LiveEventReader {
  #rest = "";

  read(piece: string): readonly LiveEvent[] {
    const blocks = (this.#rest + piece).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => eventOf(block) ?? []);
  }
}

/** Null: nothing but comments. */
function eventOf(block: string): LiveEvent | null {
  const fields = block.split("\n").flatMap((line) => {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  const last = (wanted: string) => fields.findLast(({ name }) => name === wanted)?.value ?? "";
  const data = fields.filter(({ name }) => name === "data").map(({ value }) => value).join("\n");
  return data === "" ? null : { type: last("event") || "message", id: last("id"), data };
}
