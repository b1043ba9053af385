/** The commands of README and documents, typed one after the other as a reader does. */
import {
  commandsOf,
  type DocumentedCommand,
  documents,
  pageOf,
} from "../../documented_commands.ts";
import { inFolder } from "../../temporary_folder.ts";
import { echo } from "../kit/server_application.ts";
import { Reader } from "./typed_by_a_reader.ts";

// All at the same time: most of it is waiting. The ssh and scp of the pages are in ssh_by_name_test.ts.
Deno.test("the commands of README and documents do what the pages say", async () => {
  const pages = await documents();
  const all = await Promise.all(
    pages.map(async (page) => stories(commandsOf(page, await pageOf(page)))),
  );
  await Promise.all(
    all.flat().map((story) =>
      inFolder(async (folder) => {
        await using server = echo();
        await using reader = await Reader.at(folder, server.port);
        for (const command of story) await reader.type(command);
      })
    ),
  );
});

/** Each `snapt init` begins anew, on other machines. */
function stories(
  commands: readonly DocumentedCommand[],
): readonly (readonly DocumentedCommand[])[] {
  const found: DocumentedCommand[][] = [];
  for (const command of commands) {
    const isBeginning = command.program === "snapt" && command.args[0] === "init";
    if (isBeginning || found.length === 0) found.push([]);
    found.at(-1)?.push(command);
  }
  return found;
}
