import { ownCommand } from "../program/own_command.ts";
import { resolve } from "node:path";
import { isSystemFailure } from "../../config/system_failure.ts";
import { showAside } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { whyNotWritable, whyPerhapsMissing } from "../service/lasting_path.ts";
import type { ServiceNeeds } from "../service/service_needs.ts";
import { folderOf, programOf, type ServicePlan, typedFor } from "../service/service_plan.ts";
import type { ServiceFiles } from "../service/service_owner.ts";
import type { ServiceSteps } from "../service/service_steps.ts";
import {
  asked,
  call,
  expectManager,
  factsOf,
  type ServiceHere,
  type ServiceOrder,
  tell,
} from "./service_here.ts";
import { expectUsable } from "./service_usable.ts";

/** Of a file of settings that everybody may read. */
const FILE_MODE = 0o644;

/**
 * `service install`: writes what the system starts the program by, unless it is there already.
 *
 * @throws {CommandFailed} the configuration is wrong, or the system refuses
 */
export async function installService(here: ServiceHere): Promise<void> {
  const { order, steps, scope } = here;
  const configFile = resolve(order.configFile);
  const stateFolder = resolve(order.stateFolder);
  const needs = await order.needs({ configFile, stateFolder });
  const plan = await planOf(here, { configFile, stateFolder }, needs);
  const text = steps.text(plan);
  const warnings = [...warningsOf(order, plan, needs)];
  const warn = () => {
    if (!order.isJson) { for (const warning of warnings) showAside(warning); }
  };
  if (order.isPrint) {
    warn();
    const lines = text.trimEnd().split("\n");
    return tell(here, { action: "install", outcome: "printed", text, warnings }, lines);
  }
  await expectManager(here);
  await expectUsable(here, plan, needs);
  const before = await readOrNull(steps.file);
  const other = before === null ? (await factsOf(here)).file : null;
  if (other !== null) warnings.push(`It takes the place of ${other}, which is a package's`);
  warn();
  const bytes = steps.bytes(text);
  const written = outcomeOf(before, bytes);
  if (written.outcome !== "unchanged") await write(steps.file, bytes);
  for (const step of steps.registration) await call(step, "tell the system of the service");
  const startsWith = scope === "system" || await lingers(steps) ? "machine" : "login";
  if (startsWith === "login" && steps.lingering !== null && !order.isJson) {
    showAside(
      `It starts when ${here.user} logs in, not with the machine: ` +
        `\`sudo loginctl enable-linger ${here.user}\` lets it`,
    );
  }
  const runsAs = plan.runAs ?? (scope === "user" ? here.user : null);
  tell(here, { action: "install", ...written, runsAs, startsWith, warnings }, [
    `${SAID[written.outcome]} ${steps.file}`,
    ...written.changes.map((line) => `  ${line}`),
    ...(plan.runAs === null ? [] : [`It runs as ${plan.runAs}.`]),
    `Next: \`${typedFor(order.program)} service start --${scope}\` starts it now, or again.`,
  ]);
}

const SAID = { written: "wrote", changed: "changed", unchanged: "unchanged:" } as const;

interface Written {
  readonly outcome: "written" | "changed" | "unchanged";
  readonly changes: readonly string[];
}

function outcomeOf(before: Uint8Array<ArrayBuffer> | null, bytes: Uint8Array): Written {
  if (before === null) return { outcome: "written", changes: [] };
  if (isSame(before, bytes)) return { outcome: "unchanged", changes: [] };
  return { outcome: "changed", changes: changes(before, bytes) };
}

/** Whether a service of a user starts with the machine. */
async function lingers({ lingering }: ServiceSteps): Promise<boolean> {
  return lingering !== null && (await asked(lingering))?.code === 0;
}

async function planOf(
  { order, scope, home, user }: ServiceHere,
  { configFile, stateFolder }: ServiceFiles,
  needs: ServiceNeeds,
): Promise<ServicePlan> {
  const start = startWords(order);
  for (const path of [...start, configFile, stateFolder]) {
    const isOther = path === configFile || path === stateFolder;
    const why = whyNotWritable(path, isOther ? "darwin" : Deno.build.os);
    if (why !== null) {
      throw new CommandFailed(`Cannot install ${path}: ${why}; move it to another place`);
    }
  }
  const runAs = scope === "user"
    ? Deno.build.os === "windows" ? user : null
    : order.runAs ?? await ownerOf(configFile);
  const { stopSeconds, capabilities } = needs;
  return {
    program: order.program,
    start,
    configFile,
    stateFolder,
    scope,
    runAs,
    home,
    stopSeconds,
    capabilities,
  };
}

/** What starts the program: itself where it is compiled, else Deno with its sources. */
function startWords({ programFile, program }: ServiceOrder): readonly string[] {
  return programFile === null ? ownCommand(programOf(program)) : [resolve(programFile)];
}

async function ownerOf(file: string): Promise<string | null> {
  const { uid } = await Deno.stat(file);
  if (uid === null) return null;
  const answer = await asked(["id", "-nu", String(uid)]);
  return answer?.code === 0 ? answer.out : String(uid);
}

function warningsOf(
  { program, programFile }: ServiceOrder,
  plan: ServicePlan,
  needs: ServiceNeeds,
): readonly string[] {
  const { start, configFile, stateFolder } = plan;
  const isApart = stateFolder !== folderOf(configFile);
  const paths = [
    ...start.filter((word) => word.startsWith("/")),
    configFile,
    ...(isApart ? [stateFolder] : []),
  ];
  const warnings = paths.flatMap((path) => {
    const why = whyPerhapsMissing(path);
    return why === null ? [] : [`${path} may be gone when the machine starts: ${why}`];
  });
  if (programFile === null && !Deno.build.standalone) {
    warnings.push(
      `This ${
        programOf(program)
      } is not compiled: the service needs Deno and these sources for as long as it ` +
        "is there; --program names a compiled one",
    );
  }
  if (plan.scope === "system" && needs.hasCommands) {
    warnings.push(
      "The commands of the configuration run closed in as the service is: without sudo, and " +
        "without writing outside its folder; `systemctl edit` gives them more",
    );
  }
  if (plan.runAs === "root") {
    warnings.push("It would run as root, without root's rights; --run-as names another user");
  }
  return warnings;
}

async function readOrNull(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw failed(error, `read ${file}`);
  }
}

/** In one step: the system never reads half of it. */
async function write(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const beside = `${file}.new`;
  try {
    await Deno.mkdir(folderOf(file), { recursive: true });
    await Deno.writeFile(beside, bytes, { mode: FILE_MODE });
    await Deno.rename(beside, file);
  } catch (error) {
    throw failed(error, `write ${file}`);
  }
}

function failed(cause: unknown, what: string): unknown {
  if (!isSystemFailure(cause) || !(cause instanceof Error)) return cause;
  return cause instanceof Deno.errors.PermissionDenied
    ? new CommandFailed(`Cannot ${what}: this user is not allowed to`, { cause, exit: "refused" })
    : new CommandFailed(`Cannot ${what}: ${cause.message}`, { cause });
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** The lines that went and came. */
function changes(before: Uint8Array, after: Uint8Array): readonly string[] {
  const [old, now] = [before, after].map((bytes) => new TextDecoder().decode(bytes).split("\n"));
  return [
    ...(old ?? []).filter((line) => !now?.includes(line)).map((line) => `- ${line}`),
    ...(now ?? []).filter((line) => !old?.includes(line)).map((line) => `+ ${line}`),
  ];
}
