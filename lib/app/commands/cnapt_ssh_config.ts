import { resolve } from "node:path";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { didYouMean } from "../../config/did_you_mean.ts";
import { type HostPort, parseTarget } from "../../config/host_port.ts";
import { isName } from "../../config/schema.ts";
import { choiceLine, choicesIn, type SshChoices, withChoices } from "../../config/ssh_choices.ts";
import { sshBlock, type SshHost } from "../../config/ssh_block.ts";
import { ownCommand } from "../program/own_command.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside, showLines } from "../program/show.ts";
import type { CnaptState } from "../places/state_files.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { SshFiles, SshHostTaken, type SshSection } from "./ssh_files.ts";
import { sshServices } from "./ssh_services.ts";

/** What the user says of the hosts of a site. */
export interface SshConfigOptions extends SshChoices {
  /** Null: the only one. */
  readonly site: string | null;
}

/** What is read for the hosts of a site. */
export interface SshSources {
  readonly configFile: string;
  /** Where CNAPT keeps what SNAPT announced, and its token. */
  readonly kept: CnaptState["paths"];
}

/** The hosts of a site, and the section that has them. */
export interface SiteHosts extends SshSection {
  readonly site: string;
  readonly named: readonly SshHost[];
  readonly isHeard: boolean;
}

/**
 * `cnapt ssh-config`: prints the `Host` blocks of a site, writes them where ssh finds them, or takes
 * them out.
 *
 * @throws {UsageError} a site, a name, a user or a fallback that cannot be one
 * @throws {CommandFailed} the site has nothing for ssh, a host is the user's own, or a file cannot be
 *   changed
 */
export async function cnaptSshConfig(sources: SshSources, config: CnaptConfig, options: {
  readonly hosts: SshConfigOptions;
  readonly action: "print" | "write" | "remove";
  readonly isJson: boolean;
}): Promise<void> {
  const { action, isJson } = options;
  const { configFile } = sources;
  if (action === "remove") {
    const site = siteOf(config, options.hosts.site);
    const files = SshFiles.ofUser();
    const isRemoved = await files.remove(sectionKey(configFile, site));
    if (isJson) {
      return showDocument("cnapt.sshConfig/1", { site, hosts: [], file: files.file, isRemoved });
    }
    return show(
      isRemoved
        ? `Took the hosts of site ${site} out of ${files.file}.`
        : `${files.file} has no hosts of site ${site}.`,
    );
  }
  const made = await siteHosts(sources, config, options.hosts);
  const { site, named: hosts } = made;
  if (!made.isHeard && options.hosts.service === null) {
    showAside(`SNAPT has not said yet what it has: this expects a service called ssh.`);
  }
  if (action === "write") return await writeSiteHosts(made, isJson ? "document" : "lines");
  if (isJson) {
    return showDocument("cnapt.sshConfig/1", { site, hosts, text: made.lines.join("\n") });
  }
  showLines(made.lines.join("\n"));
}

/** Writes what `siteHosts` made, and says so. */
export async function writeSiteHosts(
  made: SiteHosts,
  telling: "lines" | "document" | "silent",
): Promise<void> {
  const { site, named: hosts } = made;
  const files = SshFiles.ofUser();
  let isNew: boolean;
  try {
    isNew = await files.write(made);
  } catch (cause) {
    if (!(cause instanceof SshHostTaken)) throw cause;
    throw new CommandFailed(
      `${cause.message}; take another name: ` +
        `cnapt ssh-config ${site} --name ${site}-cnapt --write`,
      { cause },
    );
  }
  const { file } = files;
  if (telling === "silent") return;
  if (telling === "document") return showDocument("cnapt.sshConfig/1", { site, hosts, file });
  const ways = hosts.map(({ host, service }) => `\`ssh ${host}\` goes to its service ${service}`);
  show(`${file} has site ${site} ${isNew ? "now" : "already"}: ${ways.join(", ")}.`);
}

/**
 * The hosts of a site as they would be written: what `options` leave open is as it was chosen when
 * they were written before.
 *
 * @throws {UsageError} something that the user chose cannot be
 * @throws {CommandFailed} the site has nothing for ssh
 */
export async function siteHosts(
  { configFile, kept }: SshSources,
  config: CnaptConfig,
  said: SshConfigOptions,
): Promise<SiteHosts> {
  const site = siteOf(config, said.site);
  const key = sectionKey(configFile, site);
  // Who has no home can still have the lines printed.
  const before = await SshFiles.ofUserIfAny()?.linesOf(key) ?? [];
  const options = withChoices(said, choicesIn(before));
  const name = checkedName("--name", options.name) ?? site;
  const chosen = checkedName("--service", options.service);
  const { names, isHeard } = chosen === null
    ? await sshServices(kept, config, site)
    : { names: [chosen] as const, isHeard: true };
  if (options.fallback !== null && names.length > 1) {
    throw new UsageError(
      `Cannot use --fallback: site ${site} has ${names.join(", ")}; say which with --service`,
    );
  }
  const named = names.map((service, at) => ({
    host: at === 0 ? name : `${name}-${service}`,
    site,
    service,
  }));
  const context = {
    program: ownCommand("cnapt"),
    configFile: resolve(configFile),
    user: checkedUser(options.user),
    fallback: checkedFallback(options.fallback),
    os: Deno.build.os === "windows" ? "windows" as const : "other" as const,
  };
  try {
    const chosen = choiceLine(options);
    const lines = [
      ...(chosen === null ? [] : [chosen]),
      ...named.flatMap((one) => sshBlock(one, context)),
    ];
    const hosts = named.map(({ host }) => host);
    return { site, named, isHeard, key, hosts, lines };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CommandFailed(`Cannot write a host for ssh: ${cause.message}`, { cause });
  }
}

/** Which section of CNAPT's file for ssh is that of a site. */
export function sectionKey(configFile: string, site: string): string {
  return `site ${site} of ${resolve(configFile)}`;
}

function siteOf(config: CnaptConfig, site: string | null): string {
  const names = [...config.sites.keys()];
  const [first] = names;
  if (site === null && first !== undefined && names.length === 1) return first;
  if (site === null) {
    throw new UsageError(`Cannot choose a site: there is ${names.join(", ")}; name one`);
  }
  if (names.includes(site)) return site;
  const guess = didYouMean(site, names);
  const hint = guess === null ? `there is ${names.join(", ")}` : `did you mean ${guess}?`;
  throw new UsageError(`Cannot write hosts of ${site}: there is no such site; ${hint}`);
}

function checkedName(option: string, name: string | null): string | null {
  if (name === null || isName(name)) return name;
  throw new UsageError(
    `Cannot use ${option} ${name}: a name has letters, digits, ".", "_" and "-"`,
  );
}

/** What ssh takes for a user, without what its configuration or a shell would take for more. */
function checkedUser(user: string | null): string | null {
  if (user === null || /^[\p{L}\p{N}_][\p{L}\p{N}_.@$+-]*$/u.test(user)) return user;
  throw new UsageError(`Cannot use --user ${user}: this is no name of a user`);
}

function checkedFallback(fallback: string | null): HostPort | null {
  try {
    return fallback === null ? null : parseTarget(fallback);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --fallback: ${detail}`, { cause });
  }
}
