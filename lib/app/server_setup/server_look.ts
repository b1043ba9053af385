/** What was seen on a server, read strictly: what a server says is somebody else's text. */
import { parseHostPort } from "../../config/host_port.ts";
import type { ScriptSaid } from "./remote_script.ts";

/** What a server said is not what the script says. */
export class LookUnreadable extends Error {
  override readonly name = "LookUnreadable";
}

/** What `join ssh://…` put there. */
export type MadePart = "program" | "config" | "service" | "detached";

/** The configuration of the SNAPT there, as far as joining needs it. */
export type ConfigSeen =
  | { readonly state: "missing" }
  /** There is one and no program that reads it. */
  | { readonly state: "unread" }
  /** It belongs to a service of the machine, and this user may not read it. */
  | { readonly state: "locked" }
  | { readonly state: "wrong"; readonly problem: string }
  | {
    readonly state: "good";
    /** Its first TCP port. */
    readonly port: number;
    readonly security: "tls" | "none";
    readonly services: readonly string[];
    /** Names that are invited; revoked ones too. */
    readonly clients: ReadonlyMap<string, "invited" | "revoked">;
    /** Names whose codes nobody has redeemed. */
    readonly codes: readonly string[];
  };

/** What is there. */
export interface ServerLook {
  /** `uname -s`: `Linux`, `Darwin`. */
  readonly system: string;
  /** `uname -m`: `x86_64`, `aarch64`. */
  readonly machine: string;
  readonly home: string;
  readonly user: string;
  readonly isRoot: boolean;
  /** Where sshd listens; 22 where it does not say. */
  readonly sshPort: number;
  /** The path of the snapt that is there; null: none. */
  readonly program: string | null;
  /** What it calls itself, `0.1.0`; null where there is no program, or it is something else. */
  readonly version: string | null;
  /** Where its configuration is, or is to be. */
  readonly configFile: string;
  readonly config: ConfigSeen;
  /** `own`: a service of this user, `machine`: of somebody else. */
  readonly service: "own" | "machine" | "none";
  readonly isRunning: boolean;
  /** What keeps services of this user; null: nothing that answers. */
  readonly manager: "systemd" | "launchd" | null;
  readonly made: ReadonlySet<MadePart>;
  /** The folder that keeps `~/.local/bin` from being written to; null: none does. */
  readonly lockedFolder: string | null;
  /** Null: nobody knows. */
  readonly freeBytes: number | null;
  /** What computes a SHA-256 there; null: nothing. */
  readonly hasher: string | null;
  readonly firewall: "ufw" | "firewalld" | null;
}

const MADE_PARTS: readonly MadePart[] = ["program", "config", "service", "detached"];
const PATH = /^\/[^\p{Cc}\p{Cf}]{0,1000}$/u;

/**
 * Reads what the script of `look_script.ts` said.
 *
 * @throws {LookUnreadable} something else said it
 */
export function readLook(said: ScriptSaid): ServerLook {
  const one = (key: string, wanted: RegExp): string => {
    const values = said.get(key) ?? [];
    const [value = ""] = values;
    if (values.length === 1 && wanted.test(value)) return value;
    throw new LookUnreadable(`its answer about ${key} is not understood`);
  };
  const choice = <T extends string>(key: string, choices: readonly T[]): T => {
    const value = one(key, /^/);
    const chosen = choices.find((each) => each === value);
    if (chosen !== undefined) return chosen;
    throw new LookUnreadable(`its answer about ${key} is not understood`);
  };
  const path = (key: string): string | null => {
    const value = one(key, /^/);
    if (value === "" || PATH.test(value)) return value === "" ? null : value;
    throw new LookUnreadable(`its answer about ${key} is no path`);
  };
  const program = path("program");
  const hasher = choice("hasher", ["sha256sum", "shasum", "openssl", ""]);
  const firewall = choice("firewall", ["ufw", "firewalld", ""]);
  const manager = choice("manager", ["systemd", "launchd", "none"]);
  const freeKiB = one("freeKiB", /^\d{0,15}$/);
  const port = Number(one("sshPort", /^\d{0,5}$/));
  const made = one("made", /^[a-z ]{0,100}$/).split(" ");
  const home = path("home");
  const configFile = path("config");
  if (home === null || configFile === null) {
    throw new LookUnreadable("it has no home folder for this user");
  }
  return {
    system: one("system", /^[\w.+-]{1,40}$/),
    machine: one("machine", /^[\w.+-]{1,40}$/),
    home,
    user: one("user", /^[^\p{Cc}\p{Cf}]{1,100}$/u),
    isRoot: one("uid", /^\d{1,10}$/) === "0",
    sshPort: port > 0 && port <= 65_535 ? port : 22,
    program,
    version: program === null ? null : versionIn(one("version", /^/)),
    configFile,
    config: readConfig(said, choice),
    service: choice("service", ["own", "machine", "none"]),
    isRunning: choice("running", ["yes", "no"]) === "yes",
    manager: manager === "none" ? null : manager,
    made: new Set(MADE_PARTS.filter((part) => made.includes(part))),
    lockedFolder: path("locked"),
    freeBytes: freeKiB === "" ? null : Number(freeKiB) * 1_024,
    hasher: hasher === "" ? null : hasher,
    firewall: firewall === "" ? null : firewall,
  };
}

/** `snapt 0.1.0 (commit …)`. */
function versionIn(line: string): string | null {
  return /^snapt (\d{1,6}\.\d{1,6}\.\d{1,6})\b/.exec(line)?.[1] ?? null;
}

type Choose = <T extends string>(key: string, choices: readonly T[]) => T;

function readConfig(said: ScriptSaid, choice: Choose): ConfigSeen {
  const state = choice("configState", ["missing", "unread", "locked", "wrong", "good"]);
  if (state === "wrong") return { state, problem: said.get("problem")?.[0] ?? "" };
  if (state !== "good") return { state };
  const { listen, security, services } = document(said, "check", "snapt.check/1");
  const { clients, codes } = document(said, "list", "snapt.list/1");
  return {
    state,
    port: portOf(texts(listen)[0] ?? ""),
    security: security === "none" ? "none" : "tls",
    services: texts(services),
    clients: new Map(
      rows(clients).map((row) => [nameIn(row), row["revokedAt"] === null ? "invited" : "revoked"]),
    ),
    codes: rows(codes).map(nameIn),
  };
}

type Row = Readonly<Record<string, unknown>>;

function document(said: ScriptSaid, key: string, schema: string): Row {
  let read: unknown;
  try {
    read = JSON.parse(said.get(key)?.[0] ?? "");
  } catch (cause) {
    throw new LookUnreadable(`what its snapt says to ${key} is no JSON: is it an old one?`, {
      cause,
    });
  }
  if (isRow(read) && read["schema"] === schema) return read;
  throw new LookUnreadable(`what its snapt says to ${key} is no ${schema}: is it a newer one?`);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rows(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function nameIn(row: Row): string {
  return typeof row["name"] === "string" ? row["name"] : "";
}

function portOf(listen: string): number {
  try {
    return parseHostPort(listen).port;
  } catch (cause) {
    throw new LookUnreadable("its configuration does not say where it listens", { cause });
  }
}
