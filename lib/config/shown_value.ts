import { withoutTickets } from "./without_tickets.ts";

/** More of a value does not help to find it. */
const SHOWN_CHARS = 100;

/** A value of a configuration as a message quotes it: on one line, bounded, no ticket in it. */
export function shownValue(value: unknown): string {
  const text = withoutTickets(asJson(value));
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    // TypeError: a circle; RangeError: too deep for the stack.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return "a value that contains itself"; // YAML can say that
  }
}
