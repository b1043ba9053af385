/**
 * What a command prints. Tickets, peers and servers have a part in many lines, and a terminal must
 * not obey what is in them: so everything goes this way, and `deno lint` looks that it does.
 */
import { printable, printableLines } from "./printable.ts";

/** One line on standard output. */
export function show(line: string): void {
  console.log(printable(line));
}

/** Several lines on standard output; also JSON, which stays what it is. */
export function showLines(text: string): void {
  console.log(printableLines(text));
}

/** `value` for programs, on one line unless `indent` says otherwise. */
export function showJson(value: unknown, indent = 0): void {
  showLines(JSON.stringify(value, null, indent));
}

/** One line on standard error: for whoever sits there, not for who reads the output. */
export function showAside(line: string): void {
  console.error(printable(line));
}
