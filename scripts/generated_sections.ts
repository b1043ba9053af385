/** Pages of docs of which parts are made from the sources, between markers. */
import { writeGenerated } from "./generated_files.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** What stands between the markers of each name. */
export type Sections = ReadonlyMap<string, string>;

/**
 * The text of docs/`page` with its generated sections made anew.
 *
 * @throws {TypeError} the markers of a section are not there, or not in their order
 */
export function withSections(page: string, text: string, sections: Sections): string {
  let result = text;
  for (const [name, content] of sections) {
    // The tables are too wide to be padded to the width of their widest cells.
    const begin = `<!-- generated ${name}: deno task docs -->\n<!-- deno-fmt-ignore-start -->\n`;
    const end = `\n<!-- deno-fmt-ignore-end -->\n<!-- end of ${name} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) {
      throw new TypeError(`Cannot generate ${name}: docs/${page} lacks its markers`);
    }
    result = `${result.slice(0, from)}${begin}\n${content}\n${result.slice(to)}`;
  }
  return result;
}

/** Writes docs/`page` with `sections` in it, or checks it, as `args` say; the exit status. */
export async function writeSections(
  page: string,
  sections: Sections,
  args: readonly string[],
): Promise<number> {
  const current = await Deno.readTextFile(new URL(page, DOCS));
  return await writeGenerated(
    "docs",
    new Map([[page, withSections(page, current, sections)]]),
    args,
  );
}
