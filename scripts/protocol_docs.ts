/**
 * `deno task docs [--check]`: writes what docs/protocol.md shows of the handshake tables: the
 * state diagrams, the trace of the patent's steps, the ignored events. Only what stands between
 * the markers is written. `--check` writes nothing and ends with status 1 if the file is stale.
 */
import { parseArgs } from "node:util";
import { DIAGRAMS, renderDiagram } from "./protocol_docs/state_diagram.ts";
import { renderIgnoredTable, renderStepTables } from "./protocol_docs/step_table.ts";

const FILE = new URL("../docs/protocol.md", import.meta.url);

/** What stands between the markers of each name. */
function sections(): ReadonlyMap<string, string> {
  const diagrams = DIAGRAMS.map((one) => `### ${one.title}\n\n${renderDiagram(one)}`);
  return new Map([
    ["diagrams", diagrams.join("\n\n")],
    ["steps", renderStepTables()],
    ["ignored", renderIgnoredTable()],
  ]);
}

/**
 * The text of docs/protocol.md with its generated sections made anew.
 *
 * @throws {TypeError} the markers of a section are not there, or not in their order
 */
export function withGenerated(text: string): string {
  let result = text;
  for (const [name, content] of sections()) {
    // The tables are too wide to be padded to the width of their widest cells.
    const begin = `<!-- generated ${name}: deno task docs -->\n<!-- deno-fmt-ignore-start -->\n`;
    const end = `\n<!-- deno-fmt-ignore-end -->\n<!-- end of ${name} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) {
      throw new TypeError(`Cannot generate ${name}: docs/protocol.md lacks its markers`);
    }
    result = `${result.slice(0, from)}${begin}\n${content}\n${result.slice(to)}`;
  }
  return result;
}

/** Writes or checks the file; returns the exit status. */
export async function writeProtocol(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false } },
  });
  const current = await Deno.readTextFile(FILE);
  const wanted = withGenerated(current);
  if (current === wanted) {
    console.log("docs/protocol.md shows the handshake tables as they are");
    return 0;
  }
  if (values.check) {
    console.error(
      "Cannot accept docs/protocol.md: the handshake tables have changed; run " +
        "`npx -y deno@2.9.4 task docs` and read what it did to the prose",
    );
    return 1;
  }
  await Deno.writeTextFile(FILE, wanted);
  console.log("wrote docs/protocol.md");
  return 0;
}
