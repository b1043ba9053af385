import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { snaptChanges } from "../screen/plain_changes.ts";
import { SnaptWatch } from "../screen/snapt_watch.ts";
import { WatchSource } from "../screen/watch_source.ts";
import { runningSnapt } from "./running_snapt.ts";
import { watchStatus } from "./watch_status.ts";

/** `snapt status --watch`: the live view of who is connected. */
export async function snaptWatch(identityFile: string, config: SnaptConfig): Promise<void> {
  const source = new WatchSource<SnaptDocument>(await runningSnapt(identityFile, config));
  const view = new SnaptWatch(() => performance.now());
  await watchStatus({ source, view, changes: snaptChanges });
}
