import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { type Finding, findingLines } from "../doctor/finding.ts";
import { lookAtInterfaces } from "../doctor/look_at_interfaces.ts";
import { lookAtOffers } from "../doctor/look_at_offers.ts";
import { lookAtSites } from "../doctor/look_at_sites.ts";
import { lookAtSystem } from "../doctor/look_at_system.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { show, showDocument } from "../program/show.ts";

/**
 * `cnapt doctor`: tries what CNAPT needs on this machine, as this user, and says what works, what
 * does not, and what to do.
 *
 * @throws {CommandFailed} something fails
 */
export async function cnaptDoctor(
  configFile: string,
  config: CnaptConfig,
  isJson: boolean,
): Promise<void> {
  const findings = await lookAtAll(configFile, config);
  const failed = findings.filter(({ level }) => level === "fails").length;
  if (isJson) showDocument("cnapt.doctor/1", { ok: failed === 0, findings }, 2);
  else for (const line of findingLines(findings)) show(line);
  if (failed === 0) return;
  throw new CommandFailed(`${failed} of ${findings.length} things fail: see above`);
}

/** All that the doctor looks at. */
export async function lookAtAll(
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
