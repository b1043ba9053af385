import type { SnaptConfig } from "../../config/snapt_config.ts";
import { showDocument } from "../documents/show_document.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { show } from "../program/show.ts";
import { snaptLines } from "../screen/snapt_lines.ts";
import { columnsOfOutput } from "../screen/verdict_lines.ts";
import { runningSnapt } from "./running_snapt.ts";
import { refuseBoth, type StatusOptions } from "./status_options.ts";

/** `snapt status`: how it is, what is wrong, who is connected. */
export async function snaptStatus(
  identityFile: string,
  config: SnaptConfig,
  { isJson, isWatching }: StatusOptions,
): Promise<void> {
  if (isWatching) {
    refuseBoth(isJson);
    const { snaptWatch } = await import("./snapt_watch.ts");
    return await snaptWatch(identityFile, config);
  }
  const body = await (await runningSnapt(identityFile, config)).get("/status.json");
  if (isJson) return showDocument("snapt.status/1", JSON.parse(body));
  const now: SnaptDocument = JSON.parse(body);
  for (const line of snaptLines(now, columnsOfOutput())) show(line);
}
