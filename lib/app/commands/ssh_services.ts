import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { OfferMemory } from "../../config/offer_memory.ts";
import { isForSsh } from "../../config/ssh_line.ts";
import type { RememberedService } from "../../config/remembered_announcements.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { CnaptState } from "../places/state_files.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { type AskedCnapt, cnaptAccess, runningCnapt } from "./running_cnapt.ts";

/** The services of a site that ssh is meant for. */
export interface SshServices {
  /** That of the shortest name first; one at least. */
  readonly names: readonly [string, ...string[]];
  /** Whether SNAPT has said that it has them. */
  readonly isHeard: boolean;
}

/**
 * What is called ssh or has port 22: of what the running CNAPT was told, else of what SNAPT
 * announced when it was heard last, else of what the configuration names. Of a SNAPT that was never
 * heard `ssh` is expected.
 *
 * @throws {CommandFailed} the site has services, and none of them is for ssh
 */
export async function sshServices(
  kept: CnaptState["paths"],
  config: CnaptConfig,
  site: string,
): Promise<SshServices> {
  const live = await announcedNow({ config, access: await cnaptAccess(kept.token) }, site);
  const announced = live.length > 0 ? live : await announcedBefore(kept.ports, site);
  const configured = [...config.sites.get(site)?.services?.keys() ?? []];
  const isHeard = announced.length > 0;
  const names = isHeard
    ? sshNames(announced)
    : configured.length > 0
    ? configured.filter((name) => name === "ssh")
    : ["ssh"];
  const [first, ...others] = names;
  if (first !== undefined) return { names: [first, ...others], isHeard };
  const known = isHeard ? announced.map(({ name }) => name) : configured;
  throw new CommandFailed(
    `Cannot tell which service of site ${site} is for ssh: there is ${
      known.join(", ")
    }, and none ` +
      "of them is called ssh or known to have port 22; name one with --service NAME",
  );
}

/** The names of those that are for ssh: `ssh` itself first, the others by their names. */
export function sshNames(services: readonly RememberedService[]): readonly string[] {
  const found = services.filter(isForSsh);
  const rank = (name: string) => name === "ssh" ? "" : name;
  return found.map(({ name }) => name).sort((a, b) => rank(a) < rank(b) ? -1 : 1);
}

/** Empty: it does not run, or has not heard SNAPT. */
async function announcedNow(
  cnapt: AskedCnapt,
  site: string,
): Promise<readonly RememberedService[]> {
  try {
    const document: CnaptDocument = JSON.parse(await runningCnapt(cnapt).get("/status.json"));
    return document.sites[site]?.services ?? [];
  } catch (error) {
    if (error instanceof CommandFailed) return []; // then what was remembered is the best there is
    throw error;
  }
}

async function announcedBefore(
  portsFile: string,
  site: string,
): Promise<readonly RememberedService[]> {
  // A memory that cannot be read is none: a running CNAPT says why.
  const memory = await OfferMemory.load(portsFile, () => {});
  return memory.announcedBy(site);
}
