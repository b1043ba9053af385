import { type Command, command, type OptionSpec } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import type { PageDoor } from "./open_page.ts";

/** Where the page of a program is, as the options of its commands name it. */
export type FindDoor = (
  options: Readonly<Record<"config" | "state", string | null>>,
) => Promise<PageDoor>;

/** `open`: the same for both programs. */
export function openCommand(
  name: "cnapt" | "snapt",
  files: Readonly<Record<"config" | "state", OptionSpec & { readonly kind: "text" }>>,
  findDoor: FindDoor,
): Command {
  const program = name.toUpperCase();
  return command({
    name: "open",
    summary: `opens the page of the running ${program} in the browser`,
    description: [
      `Prints the address of the page, and opens it where there is a browser: neither over ssh nor ` +
      "without a desktop, where it says how to reach the page from elsewhere. The address has a pass " +
      "in it that holds for a day: whoever has it sees and changes what you can.",
      "Programs of yours that ask the status endpoint show its token instead, which does not end: " +
      "--header prints it as a field for `curl -H @-`, which no list of processes shows.",
    ],
    options: {
      ...files,
      print: { kind: "flag", summary: "only prints the address" },
      header: { kind: "flag", summary: "prints the field of HTTP that programs have to send" },
    },
    examples: [
      { line: `${name} open`, what: "opens the page" },
      {
        line: `${name} open --header | curl -N -H @- http://127.0.0.1:${
          name === "cnapt" ? 7786 : 7788
        }/events`,
        what: "listens to notices",
      },
    ],
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ options: { print, header, ...files } }) => {
      if (print && header) throw new UsageError("Cannot use --print and --header together");
      const { openPage, showHeader } = await import("./open_page.ts");
      const door = await findDoor(files);
      if (header) await showHeader(door);
      else await openPage(door, print ? "print" : "open");
    },
  });
}
