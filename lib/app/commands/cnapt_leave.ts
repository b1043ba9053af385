import { type CnaptConfig, parseCnaptConfig } from "../../config/cnapt_config.ts";
import { ConfigInvalid } from "../../config/config_invalid.ts";
import { didYouMean } from "../../config/did_you_mean.ts";
import { OfferMemory } from "../../config/offer_memory.ts";
import { withoutSite } from "../../config/removed_site.ts";
import { writeSecretFile } from "../../config/secret_file.ts";
import type { CnaptState } from "../places/state_files.ts";
import { readConfigFile } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { sectionKey } from "./cnapt_ssh_config.ts";
import type { ServerWish } from "./leave_over_ssh.ts";
import { reloadIfRunning } from "./reload_if_running.ts";
import { SshFiles } from "./ssh_files.ts";

/**
 * `cnapt leave`: takes a site and its key out of the configuration; every other line stays. What
 * `join ssh://…` has set up is taken back before, on the server.
 *
 * @throws {UsageError} there is no such site, or nobody can be asked about the server
 * @throws {CommandFailed} the file cannot be changed without changing more than this, or the server
 *   is not reached
 */
export async function cnaptLeave({ configFile, kept, config, site, isJson, server }: {
  readonly configFile: string;
  /** Where CNAPT keeps what it writes. */
  readonly kept: CnaptState["paths"];
  readonly config: CnaptConfig;
  readonly site: string;
  readonly isJson: boolean;
  readonly server: { readonly wish: ServerWish; readonly sshOptions: readonly string[] };
}): Promise<void> {
  const names = [...config.sites.keys()];
  if (!names.includes(site)) {
    const guess = didYouMean(site, names);
    const hint = guess === null ? `; there is ${names.join(", ")}` : `; did you mean ${guess}?`;
    throw new UsageError(`Cannot leave ${site}: ${configFile} has no such site${hint}`);
  }
  await leftText(configFile, site);
  const { ticket, setUpOver = null } = config.sites.get(site) ?? {};
  let ssh: string | null = null;
  const isServerLeft = setUpOver !== null && server.wish !== "keep";
  if (isServerLeft) {
    const { leaveServer, withKeepServer } = await import("./leave_over_ssh.ts");
    await leaveServer({
      setUpOver,
      client: ticket?.name ?? "",
      sshOptions: server.sshOptions,
      wish: server.wish,
      isJson,
      goStraight: async () => {
        ssh = await withoutSshHosts(configFile, site);
      },
    }).catch((error: unknown) => {
      throw error instanceof CommandFailed ? withKeepServer(error) : error;
    });
  }
  // Read again: the server, and who was asked about it, took their time.
  const { text, others } = await leftText(configFile, site);
  try {
    await writeSecretFile(configFile, text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`Cannot write ${configFile}: ${detail}`, { cause });
  }
  ssh ??= await withoutSshHosts(configFile, site);
  await forgetPlaces(kept.ports, site);
  const reloaded = others.length === 0 ? null : await reloadIfRunning(config, kept.token);
  if (isJson) return showDocument("cnapt.leave/1", { file: configFile, site, left: others });
  const rest = others.length === 0 ? "no site is left in it" : `it still has ${others.join(", ")}`;
  show(`Took the site ${site} and its key out of ${configFile}; ${rest}.`);
  if (ssh !== null) show(`Took its hosts out of ${ssh}.`);
  if (others.length === 0) show("A CNAPT that runs keeps it until it is ended.");
  for (const line of reloaded ?? []) show(line);
  if (!isServerLeft) {
    show(`Beside SNAPT, \`snapt revoke ${ticket?.name}\` ends the key itself.`);
  }
}

/**
 * The configuration without the site, and the sites that stay.
 *
 * @throws {CommandFailed} it cannot be taken out without changing more than that
 */
async function leftText(
  configFile: string,
  site: string,
): Promise<{ readonly text: string; readonly others: readonly string[] }> {
  const before = await readConfigFile(configFile);
  const others = sitesIn(before, configFile).filter((name) => name !== site);
  const text = withoutSite(before, site);
  if (text !== null && sitesIn(text, configFile).join() === others.join()) return { text, others };
  throw new CommandFailed(
    `Cannot leave ${site}: the sites of ${configFile} are not written one below the other; ` +
      "take its lines out by hand",
  );
}

/** Takes the hosts of the site out of ssh's configuration; the file, or null where there were none. */
async function withoutSshHosts(configFile: string, site: string): Promise<string | null> {
  try {
    const files = SshFiles.ofUser();
    return await files.remove(sectionKey(configFile, site)) ? files.file : null;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    showAside(`${error.message}; the site is left all the same`);
    return null;
  }
}

/** The next site of the same services is offered on their own ports then. */
async function forgetPlaces(portsFile: string, site: string): Promise<void> {
  const memory = await OfferMemory.load(portsFile, (reason) => showAside(reason));
  memory.forgetSite(site);
  await memory.saved();
}

/** The names of the sites; none in a file that lacks nothing but them. */
function sitesIn(text: string, file: string): readonly string[] {
  try {
    return [...parseCnaptConfig(text, file).sites.keys()];
  } catch (error) {
    const isOnlyEmpty = error instanceof ConfigInvalid &&
      error.problems.every(({ path }) => path === "sites");
    if (isOnlyEmpty) return [];
    throw error;
  }
}
