import { RelayKeys } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookAtServers } from "../doctor/look_at_servers.ts";
import { lookAtSnaptPorts } from "../doctor/look_at_snapt.ts";
import { lookAtSnaptFiles } from "../doctor/look_at_snapt_files.ts";
import type { SnaptState } from "../places/state_files.ts";
import { lookAtSystem } from "../doctor/look_at_system.ts";

/** All that `snapt doctor` looks at, as this user. */
export async function lookAtSnapt(
  configFile: string,
  state: SnaptState,
  config: SnaptConfig,
): Promise<readonly Finding[]> {
  const files = await lookAtSnaptFiles(configFile, state);
  return [
    ...await lookAtSystem("snapt"),
    ...files.findings,
    ...await lookAtSnaptPorts(config, files.identity, new RelayKeys(state.paths.relays)),
    ...await lookAtServers(config.services),
  ];
}
