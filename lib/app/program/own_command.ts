import { fileURLToPath } from "node:url";

/** The words that start this program again, from whatever folder: the program itself, or Deno with its sources. */
export function ownCommand(): readonly string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const main = fileURLToPath(Deno.mainModule);
  const settings = fileURLToPath(new URL("deno.json", Deno.mainModule));
  return [Deno.execPath(), "run", "-q", "--config", settings, "-P=programs", main];
}
