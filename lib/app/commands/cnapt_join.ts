import { looksLikeCode } from "../../config/pairing_code.ts";
import { decodeTicket } from "../../config/ticket.ts";
import { UsageError } from "../program/usage_error.ts";
import { isSshDestination } from "../server_setup/ssh_destination.ts";
import { askForCode } from "./ask_for_code.ts";
import type { SshSources } from "./cnapt_ssh_config.ts";
import type { OverSshOptions } from "./join_over_ssh.ts";
import type { SshWish } from "./offer_ssh.ts";
import { joinedSite, type JoinOptions, tellJoined, writeJoinedSite } from "./joined_site.ts";

/** What is joined, and what only goes with `ssh://…`. */
interface Wanted {
  readonly word: string | null;
  readonly over: OverSshOptions;
}

/**
 * `cnapt join`: redeems a code, takes a ticket, or sets up a server over ssh, and writes the site
 * into the configuration, which only the owner may read. An existing one keeps everything that is in
 * it. `word`: the code, the ticket or `ssh://…`, `-` for standard input, null to ask for it on the
 * terminal; `ssh`: whether ssh gets a name for the site.
 *
 * @throws {UsageError} the code, the ticket or a service cannot be read
 * @throws {CommandFailed} there is such a site already, the file cannot be changed, or SNAPT is not
 *   reached or refuses the code
 */
export async function cnaptJoin(
  options: JoinOptions & SshSources & Wanted & { readonly ssh: SshWish },
): Promise<void> {
  const site = await joinedBy(options);
  if (options.ssh === "skip") return;
  const { offerSsh } = await import("./offer_ssh.ts");
  await offerSsh(site, options);
}

/** Joins; the name of the site. */
async function joinedBy(options: JoinOptions & Wanted): Promise<string> {
  const { word, over } = options;
  if (word !== null && isSshDestination(word)) {
    const { joinOverSsh } = await import("./join_over_ssh.ts");
    return await joinOverSsh(word, options, over);
  }
  expectNone(over);
  const line = word === null ? await askForCode() : word === "-" ? await readStandardInput() : word;
  if (looksLikeCode(line)) {
    const { joinByCode } = await import("./join_by_code.ts");
    return await joinByCode(line, options);
  }
  if (!/^\s*cnapt\d+\./.test(line)) {
    throw new UsageError(
      "Cannot join: this is no code and no ticket; `snapt invite NAME` on the server's side prints one",
    );
  }
  let ticket;
  try {
    ticket = decodeTicket(line);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot join: ${detail}`, { cause });
  }
  const joined = await joinedSite(options, line);
  await writeJoinedSite(joined);
  tellJoined({ ...joined, address: ticket.address, name: ticket.name, isJson: options.isJson });
  return joined.site;
}

/** @throws {UsageError} an option is for a server over ssh only */
function expectNone({ client, address, port, program, sshOptions, isYes }: OverSshOptions): void {
  const given = [
    ["--name", client !== null],
    ["--address", address !== null],
    ["--port", port !== null],
    ["--program", program !== null],
    ["--ssh-option", sshOptions.length > 0],
    ["--yes", isYes],
  ] as const;
  const first = given.find(([, isGiven]) => isGiven)?.[0];
  if (first !== undefined) {
    throw new UsageError(`Cannot use ${first} here: it goes with ssh://USER@HOST only`);
  }
}

async function readStandardInput(): Promise<string> {
  return (await new Response(Deno.stdin.readable).text()).trim();
}
