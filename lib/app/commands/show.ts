import { printable } from "../program/printable.ts";

/** What a peer said is part of many lines, and a terminal must not obey it. */
export function show(line: string): void {
  console.log(printable(line));
}
