import { MAX_ENTRIES, type StreamPosition } from "../../wire/message.ts";

/** Splits into parts that fit one message; one empty part when there is nothing. */
export function inParts(entries: readonly StreamPosition[]): (readonly StreamPosition[])[] {
  const parts = [];
  for (let i = 0; i === 0 || i < entries.length; i += MAX_ENTRIES) {
    parts.push(entries.slice(i, i + MAX_ENTRIES));
  }
  return parts;
}
