/** The secret of CNAPT's status endpoint, in a file that only who runs it may read. */
import { basename, dirname } from "node:path";
import { makeOwnFolder } from "./own_folder.ts";
import { giveToOwner, readSecretFile } from "./secret_file.ts";
import { nullUnlessSystem } from "./system_failure.ts";
import { writeThrough } from "./write_through.ts";

const TOKEN_BYTES = 32;
const FORM = /^[0-9a-f]{64}$/;
/** Whoever loses the race to make it reads what the other one has made. */
const ATTEMPTS = 3;

/** A new one. */
export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
}

/** The token in a file; null: there is no such file, or none in it. Throws what the system says. */
export async function readToken(path: string): Promise<string | null> {
  try {
    const text = (await readSecretFile(path)).trim();
    return FORM.test(text) ? text : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * The token in a file, which is made where there is none. Where several make it at once all get the
 * same. Throws what the system says.
 */
export async function openToken(path: string): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readToken(path);
    if (found !== null) return found;
    await makeToken(path, attempt === 0 ? "keep" : "replace");
  }
  throw new Deno.errors.Busy(`${path} is replaced again and again`);
}

/** `keep`: perhaps another has just made it; what is still no token afterwards is damaged. */
async function makeToken(path: string, what: "keep" | "replace"): Promise<void> {
  await makeOwnFolder(path);
  const temporary = await Deno.makeTempFile({ dir: dirname(path), prefix: `.${basename(path)}.` });
  try {
    if (Deno.build.os !== "windows") await Deno.chmod(temporary, 0o600);
    await giveToOwner(temporary, path);
    await writeThrough(temporary, `${newToken()}\n`);
    // Of several only one makes the link; some disks have none.
    if (what === "replace" || !await isLinked(temporary, path)) await Deno.rename(temporary, path);
  } finally {
    await Deno.remove(temporary).catch(nullUnlessSystem);
  }
}

/** Whether the file is there under that name now, by this call or another's. */
async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await Deno.link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return true;
    nullUnlessSystem(error);
    return false;
  }
}
