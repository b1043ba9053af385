/**
 * The files of ssh in the user's home: one of CNAPT's own, `cnapt.conf`, and the user's `config`,
 * which gets one line in front that includes it. Nothing else of the user's is changed.
 */
import { basename, dirname, isAbsolute, join } from "node:path";
import { writeSecretFile } from "../../config/secret_file.ts";
import { sshConfigNames } from "../../config/ssh_config_lines.ts";
import {
  hasNoSections,
  sectionLines,
  SshSectionTorn,
  withoutSection,
  withSection,
} from "../../config/ssh_sections.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** As deep as includes are followed. */
const MAX_DEPTH = 8;
const INCLUDE_NOTE = "# The hosts that CNAPT leads to (`cnapt ssh-config`):";

/** A file of the user's has this host already. */
export class SshHostTaken extends CommandFailed {
  readonly host: string;

  constructor(host: string, file: string) {
    super(`Cannot write Host ${host}: ${file} has one of this name, which stays as it is`);
    this.host = host;
  }
}

/** What CNAPT writes for one site. */
export interface SshSection {
  /** Which section it is: `site home of /home/me/cnapt.yaml`. */
  readonly key: string;
  readonly hosts: readonly string[];
  readonly lines: readonly string[];
}

/** The folder of ssh of one user. */
export class SshFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * That of whoever runs this.
   *
   * @throws {CommandFailed} nobody knows where that is
   */
  static ofUser(): SshFiles {
    const files = SshFiles.ofUserIfAny();
    if (files !== null) return files;
    throw new CommandFailed("Cannot find the folder of ssh: HOME does not say where it is");
  }

  /** The same; null: nobody knows where that is. */
  static ofUserIfAny(): SshFiles | null {
    const home = Deno.env.get(Deno.build.os === "windows" ? "USERPROFILE" : "HOME") ?? "";
    return isAbsolute(home) ? new SshFiles(join(home, ".ssh")) : null;
  }

  /** CNAPT's own file. */
  get file(): string {
    return join(this.#folder, "cnapt.conf");
  }

  get #config(): string {
    return join(this.#folder, "config");
  }

  /**
   * The lines of the section with this key; empty: there is none.
   *
   * @throws {CommandFailed} the file cannot be read or understood
   */
  async linesOf(key: string): Promise<readonly string[]> {
    const text = await readIfAny(this.file);
    return text === null ? [] : this.#edit(() => sectionLines(text, key));
  }

  /**
   * Whether `write` would have nothing to do.
   *
   * @throws {CommandFailed} a file cannot be read or understood
   */
  async has({ key, lines }: SshSection): Promise<boolean> {
    const before = await readIfAny(this.file);
    return before !== null && this.#edit(() => withSection(before, key, lines)) === before &&
      this.#isIncludedBy(await readIfAny(this.#config) ?? "");
  }

  #isIncludedBy(config: string): boolean {
    return sshConfigNames(config).includesForAll.some((name) => this.#resolve(name) === this.file);
  }

  /**
   * Writes the section in place of the one with its key, and has `config` include it; false: all
   * of it was there already.
   *
   * @throws {SshHostTaken} a host is somebody else's
   * @throws {CommandFailed} a file cannot be read, understood or written
   */
  async write({ key, hosts, lines }: SshSection): Promise<boolean> {
    const before = await readIfAny(this.file);
    const others = before === null ? "" : this.#edit(() => withoutSection(before, key)) ?? before;
    const taken = new Map([
      ...sshConfigNames(others).hosts.map((host) => [host.toLowerCase(), this.file] as const),
      ...await this.#hostsOf(this.#config, 0),
    ]);
    for (const host of hosts) {
      const where = taken.get(host.toLowerCase());
      if (where !== undefined) throw new SshHostTaken(host, where);
    }
    const after = this.#edit(() => withSection(before, key, lines));
    const config = await readIfAny(this.#config) ?? "";
    const isIncluded = this.#isIncludedBy(config);
    if (after === before && isIncluded) return false;
    await this.#makeFolder();
    if (after !== before) await write(this.file, after);
    if (!isIncluded) await write(this.#config, this.#includeLines() + config);
    return true;
  }

  /**
   * Takes a section out; and the file and the line that includes it, when it was the last. False:
   * there was none.
   *
   * @throws {CommandFailed} a file cannot be read, understood or written
   */
  async remove(key: string): Promise<boolean> {
    const before = await readIfAny(this.file);
    const after = before === null ? null : this.#edit(() => withoutSection(before, key));
    if (after === null) return false;
    if (!hasNoSections(after)) {
      await write(this.file, after);
      return true;
    }
    const config = await readIfAny(this.#config);
    const included = this.#includeLines();
    if (config?.includes(included) === true) {
      await write(this.#config, config.replace(included, () => ""));
    }
    await doOn(this.file, "remove", () => Deno.remove(this.file));
    return true;
  }

  /** The whole path, which holds whatever configuration ssh is told to read. */
  #includeLines(): string {
    const path = this.file.replace(/["\\]/g, "\\$&");
    return `${INCLUDE_NOTE}\nInclude "${path}"\n\n`;
  }

  /** The hosts of a file of the user's and of what it includes, in lower case, each with its file. */
  async #hostsOf(file: string, depth: number): Promise<readonly (readonly [string, string])[]> {
    const text = await readIfAny(file);
    if (text === null || depth > MAX_DEPTH) return [];
    const { hosts, includes } = sshConfigNames(text);
    const found = hosts.map((host) => [host.toLowerCase(), file] as const);
    for (const name of includes) {
      for (const included of await filesLike(this.#resolve(name))) {
        if (included !== this.file) found.push(...await this.#hostsOf(included, depth + 1));
      }
    }
    return found;
  }

  #resolve(name: string): string {
    if (name.startsWith("~/")) return join(dirname(this.#folder), name.slice(2));
    return isAbsolute(name) ? name : join(this.#folder, name);
  }

  #edit<T>(edit: () => T): T {
    try {
      return edit();
    } catch (cause) {
      if (!(cause instanceof SshSectionTorn)) throw cause;
      throw new CommandFailed(`Cannot change ${this.file}: ${cause.message}`, { cause });
    }
  }

  async #makeFolder(): Promise<void> {
    await doOn(
      this.#folder,
      "write",
      () => Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 }),
    );
  }
}

/** The files that a path with `*` and `?` in its last part stands for. */
async function filesLike(path: string): Promise<readonly string[]> {
  const pattern = basename(path);
  if (!/[*?]/.test(pattern)) return [path];
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*").replaceAll("?", ".");
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(dirname(path))) {
      if (!isDirectory && new RegExp(`^${source}$`).test(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw failure(dirname(path), "read", error);
  }
  return names.map((name) => join(dirname(path), name));
}

async function readIfAny(file: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw failure(file, "read", error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw failure(file, "read", error);
  }
}

async function write(file: string, text: string): Promise<void> {
  await doOn(file, "write", () => writeSecretFile(file, text));
}

async function doOn(file: string, action: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw failure(file, action, error);
  }
}

function failure(file: string, action: string, cause: unknown): CommandFailed {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new CommandFailed(`Cannot ${action} ${file}: ${detail}`, { cause });
}
