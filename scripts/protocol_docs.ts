/**
 * `deno task docs [--check]`: writes what docs/protocol.md shows of the handshake tables: the
 * state diagrams, the trace of the patent's steps, the ignored events. Only what stands between
 * the markers is written. `--check` writes nothing and ends with status 1 if the file is stale.
 */
import { DIAGRAMS, renderDiagram } from "./protocol_docs/state_diagram.ts";
import { renderIgnoredTable, renderStepTables } from "./protocol_docs/step_table.ts";
import { withSections, writeSections } from "./generated_sections.ts";

const PAGE = "protocol.md";

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
  return withSections(PAGE, text, sections());
}

/** Writes or checks the file; returns the exit status. */
export async function writeProtocol(args: readonly string[]): Promise<number> {
  return await writeSections(PAGE, sections(), args);
}
