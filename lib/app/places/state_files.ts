/** The files that the programs write for themselves, and where each of them is. */
import { pathsOf, type ProgramName } from "./config_places.ts";
import { stateFolder } from "./state_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** A file that lies where an earlier version kept it. */
export interface StrayFile {
  readonly from: string;
  readonly to: string;
}

/** Where a program keeps what it writes. A new file is made in `folder`. */
export interface StateFiles<Kind extends string> {
  readonly folder: string;
  readonly paths: Readonly<Record<Kind, string>>;
  /** They are used where they are, until the program moves them. */
  readonly strays: readonly StrayFile[];
}

const SNAPT_FILES = {
  identity: "snapt.identity.json",
  clients: "snapt.clients.json",
  invitations: "snapt.invitations.json",
  addresses: "snapt.addresses.json",
  relays: "snapt.relays.json",
} as const;
const CNAPT_FILES = { ports: "cnapt.ports.json" } as const;
const YAML_ENDING = /\.ya?ml$/;
/** What systemd's `LoadCredential=` calls the identity. */
const IDENTITY_CREDENTIAL = "identity.json";

export type SnaptState = StateFiles<keyof typeof SNAPT_FILES>;
export type CnaptState = StateFiles<keyof typeof CNAPT_FILES | "token">;

/** What the search for the files of a program starts from. */
export interface StateSearch {
  readonly configFile: string;
  /** What `--state` says. */
  readonly named: string | null;
}

/** Those of SNAPT; its identity may be a credential that systemd hands over. */
export async function snaptStateFiles(
  search: StateSearch,
  around: Surroundings,
): Promise<SnaptState> {
  const found = await stateFiles("snapt", SNAPT_FILES, search, around);
  const credential = await credentialFile(IDENTITY_CREDENTIAL, around) ??
    await credentialFile(SNAPT_FILES.identity, around);
  if (credential === null) return found;
  return {
    ...found,
    paths: { ...found.paths, identity: credential },
    strays: found.strays.filter(({ from }) => from !== found.paths.identity),
  };
}

/** Those of CNAPT. */
export async function cnaptStateFiles(
  search: StateSearch,
  around: Surroundings,
): Promise<CnaptState> {
  // Two configurations in one folder have two tokens.
  const name = pathsOf(around).basename(search.configFile).replace(YAML_ENDING, "");
  return await stateFiles("cnapt", { ...CNAPT_FILES, token: `${name}.token` }, search, around);
}

/**
 * Each file by itself is where it is found: in the folder, else beside the configuration, where it
 * was kept before there was a folder. A move that was interrupted does no harm that way.
 */
async function stateFiles<Kind extends string>(
  program: ProgramName,
  names: Readonly<Record<Kind, string>>,
  { configFile, named }: StateSearch,
  around: Surroundings,
): Promise<StateFiles<Kind>> {
  const { dirname, join, resolve } = pathsOf(around);
  const beside = dirname(configFile);
  const isKept = async (folder: string) => {
    for (const name of Object.values<string>(names)) {
      if (await around.isThere(join(folder, name))) return true;
    }
    return false;
  };
  const folder = await stateFolder(program, { configFile, named, isKept }, around);
  const paths: Record<string, string> = {};
  const strays: StrayFile[] = [];
  for (const [kind, name] of Object.entries<string>(names)) {
    const [to, from] = [join(folder, name), join(beside, name)];
    const isStray = resolve(folder) !== resolve(beside) && !await around.isThere(to) &&
      await around.isThere(from);
    if (isStray) strays.push({ from, to });
    paths[kind] = isStray ? from : to;
  }
  return { folder, paths: paths as Record<Kind, string>, strays };
}

async function credentialFile(name: string, around: Surroundings): Promise<string | null> {
  const folder = around.variable("CREDENTIALS_DIRECTORY") ?? "";
  if (folder === "") return null;
  const file = pathsOf(around).join(folder, name);
  return await around.isThere(file) ? file : null;
}
