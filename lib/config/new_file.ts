import { nullUnlessSystem } from "./system_failure.ts";
import { writeThrough } from "./write_through.ts";

/**
 * Makes a file that is not there yet, with all of `text`; where there is no room for it none is
 * left, which others would take for one that somebody has emptied. Throws what the system says,
 * also that there is such a file.
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  (await Deno.open(path, { write: true, createNew: true })).close();
  try {
    await writeThrough(path, text);
  } catch (error) {
    await Deno.remove(path).catch(nullUnlessSystem);
    throw error;
  }
}
