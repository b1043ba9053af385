import type { Finding } from "../doctor/finding.ts";
import { lookAtInterfaces } from "../doctor/look_at_interfaces.ts";
import { lookAtOffers } from "../doctor/look_at_offers.ts";
import { lookAtSites } from "../doctor/look_at_sites.ts";
import { lookAtSystem } from "../doctor/look_at_system.ts";
import type { AskedCnapt } from "./running_cnapt.ts";

/** All that `cnapt doctor` looks at, as this user. */
export async function lookAtCnapt(
  configFile: string,
  cnapt: AskedCnapt,
): Promise<readonly Finding[]> {
  return [
    ...await lookAtSystem("cnapt"),
    ...await lookAtInterfaces(cnapt.config),
    ...await lookAtSites(cnapt.config),
    ...await lookAtOffers(configFile, cnapt),
  ];
}
