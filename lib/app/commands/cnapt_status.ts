import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { cnaptLines } from "../screen/cnapt_lines.ts";
import { columnsOfOutput } from "../screen/verdict_lines.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { refuseBoth, type StatusOptions } from "./status_options.ts";

/** `cnapt status`: how it is, what is wrong, what it offers, what goes through it. */
export async function cnaptStatus(
  cnapt: AskedCnapt,
  { isJson, isWatching }: StatusOptions,
): Promise<void> {
  if (isWatching) {
    refuseBoth(isJson);
    const { cnaptWatch } = await import("./cnapt_watch.ts");
    return await cnaptWatch(cnapt);
  }
  const body = await runningCnapt(cnapt).get("/status.json");
  if (isJson) return showDocument("cnapt.status/1", JSON.parse(body));
  const now: CnaptDocument = JSON.parse(body);
  for (const line of cnaptLines(now, columnsOfOutput())) show(line);
}
