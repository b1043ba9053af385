/** What `join ssh://…` does on a server, decided from what is there: nothing here is done yet. */
import type { ExitReason } from "../program/exit_code.ts";
import type { ServerLook } from "./server_look.ts";
import { type Platform, platformName, platformOf } from "./server_program.ts";

/** The file that is put there when there is none. */
export interface ProgramFile {
  readonly path: string;
  readonly bytes: number;
}

/** What was asked for. */
export interface SetUpWish {
  /** The server in a sentence: `me@home`. */
  readonly server: string;
  /** What SNAPT is to call this CNAPT. */
  readonly client: string;
  /** Where a new SNAPT is to listen; null: 7787. */
  readonly port: number | null;
  /** Null: there is none for that machine, and `missing` says why. */
  readonly program: ProgramFile | null;
  readonly missing: string;
  /** The site here that was joined with this server; null: none. */
  readonly joined: { readonly site: string; readonly client: string } | null;
}

/** How SNAPT is brought to run. */
export type Start = "running" | "service" | "detached";

/** What is to be done, or why nothing can be. */
export type SetUpPlan =
  | { readonly kind: "refused"; readonly why: string; readonly exit: ExitReason }
  | {
    readonly kind: "plan";
    readonly program: ProgramFile | null;
    /** Where a new configuration has SNAPT listen; null: there is a configuration. */
    readonly newPort: number | null;
    readonly start: Start;
    /** `again`: a code that nobody has redeemed is taken back first. */
    readonly invite: "new" | "again" | "joined";
  };

/** Where SNAPT listens unless somebody says otherwise. */
export const USUAL_PORT = 7_787;
/** Beside the program itself: configuration, identity, log. */
const SPARE_BYTES = 4 * 1_048_576;

/** Decides what is done for a wish on a server that looks so. */
export function setUpPlan(look: ServerLook, wish: SetUpWish): SetUpPlan {
  return refusalOf(look, wish) ?? {
    kind: "plan",
    program: look.program === null ? wish.program : null,
    newPort: look.config.state === "missing" ? wish.port ?? USUAL_PORT : null,
    start: look.isRunning ? "running" : look.manager === null ? "detached" : "service",
    invite: invitationOf(look, wish),
  };
}

type Refusal = Extract<SetUpPlan, { kind: "refused" }>;

function refused(why: string, exit: ExitReason = "failed"): Refusal {
  return { kind: "refused", why, exit };
}

function refusalOf(look: ServerLook, wish: SetUpWish): Refusal | null {
  const { program, version, config, service, configFile } = look;
  const { server, client } = wish;
  if (service === "machine") {
    return refused(
      `a service of that machine runs SNAPT there, with ${configFile}; as the user that it runs as, ` +
        `\`snapt invite ${client}\` prints a code for \`cnapt join\``,
      "refused",
    );
  }
  if (program === null) {
    const why = whyNoProgram(look, wish);
    if (why !== null) return why;
  } else if (version === null) {
    return refused(`${program} there does not start, or is not SNAPT; take it away or mend it`);
  }
  switch (config.state) {
    case "locked":
      return refused(`${look.user} may not read ${configFile} there`, "refused");
    case "wrong":
      return refused(`its configuration is wrong there: ${config.problem}`, "configuration");
    case "missing":
    case "unread":
      return null;
    case "good":
      break;
  }
  if (config.port === 0) {
    return refused(`${configFile} there leaves the port open: name one in \`listen:\``);
  }
  if (wish.port !== null && wish.port !== config.port) {
    return refused(
      `${configFile} there says port ${config.port}; change it there, or leave --port away`,
    );
  }
  if (config.security === "none") {
    return refused(
      "its SNAPT has `security: none` and takes no codes: `snapt invite --offline " +
        `${client}\` there prints a ticket for \`cnapt join\``,
      "refused",
    );
  }
  const state = config.clients.get(client);
  if (state === undefined || wish.joined?.client === client && state === "invited") return null;
  const remedy = `\`ssh ${server} ${program} remove ${client} --config ${configFile}\` ends it`;
  return state === "revoked"
    ? refused(
      `its SNAPT has revoked ${client}; ${remedy}, --name NAME invites another`,
      "refused",
    )
    : refused(
      `its SNAPT has a CNAPT called ${client} already, and no site here is joined with it; take ` +
        `another name with --name NAME, or ${remedy}`,
    );
}

function whyNoProgram(look: ServerLook, { program, missing }: SetUpWish): Refusal | null {
  const { lockedFolder, freeBytes, hasher, user, system, machine } = look;
  if (platformOf(system, machine) === null) {
    return refused(`there is no SNAPT for ${system} on ${machine}`);
  }
  if (program === null) return refused(missing);
  if (lockedFolder !== null) {
    return refused(
      `${user} may not write to ${lockedFolder} there, where ~/.local/bin is to be`,
      "refused",
    );
  }
  if (hasher === null) {
    return refused(
      "it has no sha256sum, shasum or openssl to check the program with; install one of them there",
    );
  }
  const wanted = program.bytes + SPARE_BYTES;
  return freeBytes !== null && freeBytes < wanted
    ? refused(
      `no space is left there: snapt takes ${inMegabytes(wanted)}, its home has ` +
        inMegabytes(freeBytes),
    )
    : null;
}

function invitationOf({ config }: ServerLook, wish: SetUpWish): "new" | "again" | "joined" {
  const { client, joined } = wish;
  if (config.state !== "good") return "new";
  if (joined?.client === client && config.clients.get(client) === "invited") return "joined";
  return config.codes.includes(client) ? "again" : "new";
}

/** What is done, one sentence each, for who is asked whether it is to be done. */
export function planLines(
  plan: Extract<SetUpPlan, { kind: "plan" }>,
  look: ServerLook,
  client: string,
): readonly string[] {
  const { program, newPort, start, invite } = plan;
  const { user, configFile, sshPort } = look;
  const lines: string[] = [];
  if (program !== null) {
    lines.push(`put ${program.path} there as ~/.local/bin/snapt (${inMegabytes(program.bytes)})`);
  }
  if (newPort !== null) {
    lines.push(
      `write ${configFile} and an identity: TCP port ${newPort}, service ssh to 127.0.0.1:${sshPort}`,
    );
  }
  if (start === "service") {
    lines.push(`let ${look.manager} start it as a service of ${user}, now and from now on`);
  }
  if (start === "detached") {
    lines.push(
      `start it in the background: nothing there keeps services of ${user} (no systemd or launchd ` +
        "answers), so it does not come back when that machine restarts",
    );
  }
  if (invite === "again") lines.push(`take back the code for ${client} that nobody has redeemed`);
  if (invite !== "joined") lines.push(`invite this machine as ${client}, and join it here`);
  return lines;
}

/** What to know of a SNAPT that is there already; null: nothing. */
export function versionNote(look: ServerLook, own: string): string | null {
  const { version, program } = look;
  if (version === null || version === own) return null;
  const age = isOlder(version, own) ? "older" : "newer";
  return `${program} there is ${version}, ${age} than this cnapt (${own}), and stays as it is.`;
}

function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1;
  return at >= 0 && (left?.[at] ?? 0) < (right?.[at] ?? 0);
}

/** Why there is no file for a machine, and how it is given. */
export function missingProgram(platform: Platform, why: string): string {
  const name = platformName(platform);
  return `it needs snapt-${name}, the \`snapt\` of the release for ${name}, and ${why}; give that ` +
    "file with --program FILE";
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
