/** What is looked at before a service is installed: whether it could run, and who decides what runs. */
import { makeOwnFolder } from "../../config/own_folder.ts";
import { nullUnlessSystem } from "../../config/system_failure.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { whyHidden, whyNotLasting } from "../service/lasting_path.ts";
import type { ServiceNeeds } from "../service/service_needs.ts";
import { programOf, type ServicePlan } from "../service/service_plan.ts";
import { whyOthersDecide } from "../service/writable_by_others.ts";
import { pathParts } from "./path_parts.ts";
import { asked, type ServiceHere } from "./service_here.ts";

/**
 * @throws {CommandFailed} what it starts would be gone, or others decide what that is; or the user
 * that it runs as cannot start, read or write what it has to
 */
export async function expectUsable(
  here: ServiceHere,
  plan: ServicePlan,
  needs: ServiceNeeds,
): Promise<void> {
  await expectLasting(plan, here.steps.file);
  if (Deno.build.os === "windows") return;
  const who = plan.runAs ?? here.user;
  const uid = plan.runAs === null ? Deno.uid() : await numberOf(plan.runAs);
  await expectAllowed(here, who, plan, needs);
  await expectOurs(plan, [uid, Deno.uid()].filter((one) => one !== null));
}

/** Where `unit`, the file that would be written, goes with the program, nothing is left that fails. */
async function expectLasting(
  { program, scope, start, configFile, stateFolder }: ServicePlan,
  unit: string,
): Promise<void> {
  const programs = whyNotLasting(unit) === null ? start : [];
  for (const path of programs.filter((word) => word.startsWith("/"))) {
    const end = await Deno.realPath(path).catch(nullUnlessSystem);
    const why = whyNotLasting(path) ?? (end === null ? null : whyNotLasting(end));
    if (why === null) continue;
    throw new CommandFailed(
      `Cannot install a service that starts ${path}: ${why}; put ${
        programOf(program)
      } in /usr/local/bin, ` +
        "or where --program says",
    );
  }
  if (scope === "user") return;
  for (const [path, place] of [[configFile, "/etc"], [stateFolder, "/var/lib"]] as const) {
    const why = whyHidden(path);
    if (why === null) continue;
    throw new CommandFailed(
      `Cannot install a service of the machine with ${path}: ${why}; ` +
        `${place}/${programOf(program)} is a place for it`,
    );
  }
}

/** The user's number. @throws {CommandFailed} there is none */
async function numberOf(name: string): Promise<number> {
  const answer = await asked(["id", "-u", name]);
  if (answer?.code === 0) return Number(answer.out);
  throw new CommandFailed(`Cannot run as ${name}: there is no such user`);
}

async function expectAllowed(
  { user, scope }: ServiceHere,
  who: string,
  { program, start, configFile, stateFolder }: ServicePlan,
  { secrets }: ServiceNeeds,
): Promise<void> {
  const as = who === user
    ? []
    : Deno.build.os === "darwin"
    ? ["sudo", "-n", "-u", who]
    : ["runuser", "-u", who, "--"];
  if (scope === "user") await makeOwnFolder(`${stateFolder}/any`);
  const tests: readonly (readonly [string, string, string])[] = [
    ["-x", start[0] ?? "", "start"],
    ["-r", configFile, "read"],
    ...secrets.map((file) => ["-r", file, "read"] as const),
    // systemd makes the usual folder of a service of the machine.
    ...(scope === "system" && stateFolder === `/var/lib/${programOf(program)}`
      ? []
      : [["-w", stateFolder, "write to"] as const]),
  ];
  for (const [test, path, what] of tests) {
    const answer = await asked([...as, "test", test, path]);
    if (answer?.code === 0) continue;
    const why = `${who} is not allowed to ${what} ${path}, or it is not there`;
    throw new CommandFailed(`Cannot install a service that runs as ${who}: ${why}`);
  }
}

/** A configuration names commands, and the state says who is let in: they count as a program does. */
async function expectOurs(
  { start, configFile, stateFolder }: ServicePlan,
  trusted: readonly number[],
): Promise<void> {
  const hasState = await Deno.stat(stateFolder).catch(nullUnlessSystem) !== null;
  const programs = start.filter((word) => word.startsWith("/"));
  for (const path of [...programs, configFile, ...(hasState ? [stateFolder] : [])]) {
    const why = whyOthersDecide(await pathParts(path), trusted);
    if (why === null) continue;
    throw new CommandFailed(
      `Cannot install a service with ${path}: ${why}, who would decide what it does; move it to a ` +
        "place that only root and its user are allowed to write, or take that right away",
    );
  }
}
