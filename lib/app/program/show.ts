/**
 * What a command prints. Tickets, peers and servers have a part in many lines, and a terminal must
 * not obey what is in them: so everything goes this way, and `deno lint` looks that it does.
 */
import { standardError } from "./log_output.ts";
import { printable, printableLines } from "./printable.ts";

/** One line on standard output. */
export function show(line: string): void {
  console.log(printable(line));
}

/** Several lines on standard output; also JSON, which stays what it is. */
export function showLines(text: string): void {
  console.log(printableLines(text));
}

/** How many documents this program has printed: one that has none to give prints why. */
let documents = 0;

/** One JSON document on standard output, on one line where `indent` is 0. */
export function printDocument<T extends { readonly schema: string }>(
  document: T,
  indent = 0,
): void {
  documents++;
  showLines(JSON.stringify(document, null, indent));
}

/** How many documents were printed so far. */
export function documentsPrinted(): number {
  return documents;
}

/** A heading and what stands below it. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Sections on standard output, an empty line between them; bold headings where colours go. */
export function showSections(sections: readonly Section[]): void {
  const title = isColourful() ? (text: string) => `\x1b[1m${printable(text)}\x1b[22m` : printable;
  const texts = sections.map((one) => [title(one.title), ...one.lines.map(printable)].join("\n"));
  console.log(texts.join("\n\n"));
}

/** Whether standard output is a terminal whose user wants colours: https://no-color.org. */
export function isColourful(): boolean {
  if ((Deno.env.get("NO_COLOR") ?? "") !== "" || Deno.env.get("TERM") === "dumb") return false;
  return Deno.stdout.isTerminal();
}

/** For the rest of this program, and for those that it starts, colours are not wanted. */
export function showWithoutColours(): void {
  Deno.env.set("NO_COLOR", "1");
}

/** One line on standard error: for whoever sits there, not for who reads the output. */
export function showAside(line: string): void {
  console.error(printable(line));
}

/**
 * The same for whoever shares the terminal with another program, which perhaps has it in raw mode:
 * the line begins and ends at the left. Nobody waits for it.
 */
export function interject(line: string): void {
  const isTerminal = Deno.stderr.isTerminal();
  standardError.text(`${isTerminal ? "\r" : ""}${printable(line)}${isTerminal ? "\r\n" : "\n"}`);
}
