import { askYes, questionTerminal } from "../program/ask_line.ts";
import { loadCnaptConfig } from "../program/load_config.ts";
import { showAside } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { SshFiles } from "./ssh_files.ts";
import { siteHosts, type SshSources, writeSiteHosts } from "./cnapt_ssh_config.ts";

/** Whether ssh gets a name for a site that was joined; `ask`: only whoever sits at a terminal is asked. */
export type SshWish = "write" | "skip" | "ask";

/**
 * Gives ssh a name for a site that was just joined. What is only offered never makes `join` fail.
 *
 * @throws {CommandFailed} it was asked for and cannot be done
 */
export async function offerSsh(
  site: string,
  { configFile, kept, isJson, ssh, services }: SshSources & {
    readonly isJson: boolean;
    readonly ssh: SshWish;
    /** What `--service` said: with some, and none for ssh, nothing is offered. */
    readonly services: readonly string[];
  },
): Promise<void> {
  const hosts = { site, name: null, user: null, service: null, fallback: null };
  if (ssh === "write") {
    const made = await siteHosts(
      { configFile, kept },
      await loadCnaptConfig({ file: configFile, from: "option" }),
      hosts,
    );
    // With --json there is one document, and `join` has printed it.
    return await writeSiteHosts(made, isJson ? "silent" : "lines");
  }
  const terminal = questionTerminal();
  const isForSsh = services.length === 0 || services.some((one) => one.startsWith("ssh="));
  if (terminal === null || isJson || !isForSsh) return;
  try {
    const made = await siteHosts(
      { configFile, kept },
      await loadCnaptConfig({ file: configFile, from: "option" }),
      hosts,
    );
    if (await SshFiles.ofUser().has(made)) return; // joined once more
    const question = `Make \`ssh ${made.hosts[0]}\` go through CNAPT?`;
    if (await askYes(terminal, question)) await writeSiteHosts(made, "lines");
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    showAside(error.message);
  }
}
