import type { CnaptConfig } from "../../config/cnapt_config.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookAtInterfaces } from "../doctor/look_at_interfaces.ts";
import { lookAtOffers } from "../doctor/look_at_offers.ts";
import { lookAtSites } from "../doctor/look_at_sites.ts";
import { lookAtSystem } from "../doctor/look_at_system.ts";

/** All that `cnapt doctor` looks at, as this user. */
export async function lookAtCnapt(
  configFile: string,
  config: CnaptConfig,
): Promise<readonly Finding[]> {
  return [
    ...await lookAtSystem("cnapt"),
    ...await lookAtInterfaces(config),
    ...await lookAtSites(config),
    ...await lookAtOffers(configFile, config),
  ];
}
