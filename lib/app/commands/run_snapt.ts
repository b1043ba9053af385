import type { FoundConfig } from "../places/find_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { programSignals } from "../program/termination_signal.ts";
import { giveUp, unneededBySnapt } from "../program/unneeded_rights.ts";
import { runSnapt } from "../snapt/snapt_run.ts";
import { loadOrSetUp } from "./load_or_set_up.ts";
import { runOnce } from "./run_once.ts";
import { wordingHere } from "./wording_here.ts";

/** `snapt run`: with its configuration, or with one that it makes when somebody says yes. */
export async function runSnaptHere(
  found: FoundConfig,
  state: SnaptState,
  { json: isJsonLog, verbose }: { readonly json: boolean; readonly verbose: boolean },
): Promise<void> {
  const wording = await wordingHere("snapt", verbose);
  const config = await loadOrSetUp(found, state);
  giveUp(unneededBySnapt(config));
  const running = { source: found, state, config, signals: programSignals(), isJsonLog, wording };
  await runOnce("SNAPT", config.status, () => runSnapt(running));
}
