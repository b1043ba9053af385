import { ClientsFailed, ClientsStore } from "../../config/clients_store.ts";
import { type Identity, IdentityInvalid, loadIdentity } from "../../config/identity.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import { RelayKeys, RelayKeysFailed } from "../../config/relay_keys.ts";
import { nullUnlessSystem } from "../../config/system_failure.ts";
import type { SnaptState } from "../places/state_files.ts";
import { exposureOf } from "../program/load_config.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";

/** Others may write: the group, or everybody. */
const WRITABLE_BY_OTHERS = 0o022;

/** The configuration and what SNAPT keeps, as this user; also the identity, where it is right. */
export async function lookAtSnaptFiles(
  configFile: string,
  { folder, paths }: SnaptState,
): Promise<{ readonly findings: readonly Finding[]; readonly identity: Identity | null }> {
  const identity = await orWhy(() => loadIdentity(paths.identity));
  const findings = [
    await configFinding(configFile),
    await secretFinding("identity", paths.identity, identity),
    await secretFinding(
      "clients",
      paths.clients,
      await orWhy(() => new ClientsStore(paths.clients).list()),
    ),
    await secretFinding(
      "codes",
      paths.invitations,
      await orWhy(() => new InvitationsStore(paths.invitations).list()),
    ),
    ...await relayKeysFindings(paths.relays),
    await folderFinding(folder),
  ];
  return { findings, identity: typeof identity === "string" ? null : identity };
}

async function configFinding(file: string): Promise<Finding> {
  const mode = await Deno.stat(file).then((found) => found.mode, nullUnlessSystem);
  const isOpen = Deno.build.os !== "windows" && mode !== null && (mode & WRITABLE_BY_OTHERS) !== 0;
  if (!isOpen) return ok("configuration", `${file} has no mistake, and nobody else can write it`);
  return attention(
    "configuration",
    `others on this machine can write ${file}, and so say what SNAPT leads to`,
    `chmod go-w ${file}`,
  );
}

/** `read`: what it says, or why it cannot be read. */
async function secretFinding(about: string, file: string, read: unknown): Promise<Finding> {
  if (typeof read === "string") return fails(about, read);
  const exposure = await exposureOf(file);
  if (exposure !== null) return attention(about, exposure);
  const isThere = await Deno.stat(file).catch(nullUnlessSystem) !== null;
  return ok(about, isThere ? `${file} can be read, and by nobody else` : `there is no ${file} yet`);
}

/** Most have none, and nothing is said then. */
async function relayKeysFindings(file: string): Promise<readonly Finding[]> {
  if (await Deno.stat(file).catch(nullUnlessSystem) === null) return [];
  return [await secretFinding("relay keys", file, await orWhy(() => new RelayKeys(file).list()))];
}

/** Its files are replaced in one step, which takes a new one beside the old one. */
async function folderFinding(folder: string): Promise<Finding> {
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".snapt-doctor." }));
    return ok("state", `this user can write in ${folder}`);
  } catch (error) {
    nullUnlessSystem(error);
    if (error instanceof Deno.errors.NotFound) {
      return ok(
        "state",
        `${folder} is not there yet; SNAPT makes it when it has something to keep`,
      );
    }
    const detail = error instanceof Error ? error.message : String(error);
    return fails(
      "state",
      `codes and keys cannot be kept in ${folder}: ${detail}`,
      "run this as the user that SNAPT runs as; otherwise give that user the folder",
    );
  }
}

async function orWhy<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    const isExpected = error instanceof IdentityInvalid || error instanceof ClientsFailed ||
      error instanceof RelayKeysFailed;
    if (isExpected) return error.message;
    throw error;
  }
}
