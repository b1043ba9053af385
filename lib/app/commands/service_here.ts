import { resolve } from "node:path";
import { askCommand, type CommandAnswer } from "../../net/ask_command.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { userAtWork } from "../../net/user_at_work.ts";
import type { SchemaName } from "../documents/document_table.ts";
import type { ServiceResult } from "../documents/service_document.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import type { ServiceFacts } from "../service/service_facts.ts";
import type { ServiceOwner } from "../service/service_owner.ts";
import { type ServicePlan, type ServiceScope, typedFor } from "../service/service_plan.ts";
import { type ServiceSteps, serviceSteps, type Step } from "../service/service_steps.ts";

/** systemd waits until the program listens. */
const STEP_LIMIT_MS = 60_000;
/** States of systemd in which it does what it is asked. */
const AT_WORK = /^(?:initializing|starting|running|degraded|maintenance)$/m;

/** No option of the programs that are asked about it, and nothing that ends a line of a unit. */
const USER_NAME = /^[\p{L}\p{N}_.][\p{L}\p{N}_.@$\\ -]*$/u;

/** What was typed. */
export interface ServiceOrder {
  readonly program: ServicePlan["program"];
  readonly configFile: string;
  readonly stateFolder: string;
  readonly needs: ServiceOwner["needs"];
  /** Null: as the user that is at work has it. */
  readonly scope: ServiceScope | null;
  readonly runAs: string | null;
  readonly programFile: string | null;
  readonly isPrint: boolean;
  readonly isJson: boolean;
}

/** A service on this machine, and how the system keeps it. */
export interface ServiceHere {
  readonly order: ServiceOrder;
  readonly scope: ServiceScope;
  readonly steps: ServiceSteps;
  readonly home: string;
  /** The user that is at work. */
  readonly user: string;
}

/**
 * Who is at work, and whose service that makes it.
 *
 * @throws {CommandFailed} it takes root
 * @throws {UsageError} the options do not go together
 */
export function serviceHere(order: ServiceOrder): ServiceHere {
  const { uid, home, name: user } = userAtWork();
  const isRoot = uid === 0;
  const scope = order.scope ?? (isRoot ? "system" : "user");
  if (order.runAs !== null && scope === "user") {
    throw new UsageError("Cannot understand --run-as: it is for a service of the machine only");
  }
  if (order.runAs !== null && !USER_NAME.test(order.runAs)) {
    throw new UsageError(`Cannot run as ${order.runAs}: that is no name of a user`);
  }
  const variable = Deno.build.os === "windows" ? "LOCALAPPDATA" : "XDG_CONFIG_HOME";
  const steps = serviceSteps({
    os: Deno.build.os,
    scope,
    program: order.program,
    home,
    uid,
    configHome: Deno.env.get(variable) || null,
  });
  if (scope === "system" && !isRoot && Deno.build.os !== "windows" && !order.isPrint) {
    throw new CommandFailed(
      "Cannot look after a service of the machine: only root is allowed to; put sudo before it, " +
        "or use --user for a service of your own",
      { exit: "refused" },
    );
  }
  return { order, scope, steps, home, user };
}

/** @throws {CommandFailed} nothing here keeps services; it says what to do instead */
export async function expectManager({ steps, scope, order }: ServiceHere): Promise<void> {
  const { manager, presence } = steps;
  const answer = await asked(presence);
  const isThere = answer !== null &&
    (manager === "systemd" ? AT_WORK.test(answer.out) : answer.code === 0);
  if (isThere) return;
  const why = answer === null ? "" : ` (${answer.err || answer.out || "it does not answer"})`;
  const session =
    manager === "systemd" && scope === "user" && answer !== null && !/^offline/.test(answer.out)
      ? ". Log in as this user rather than by su, or use --system"
      : "";
  const command = `${typedFor(order.program)} run --config ${resolve(order.configFile)} --state ${
    resolve(order.stateFolder)
  }`;
  throw new CommandFailed(
    `Cannot look after a service: ${manager} is not at work here${why}${session}. Without it let ` +
      `what starts other programs here start \`${command}\``,
  );
}

/** What the system says of the service. */
export async function factsOf({ steps }: ServiceHere): Promise<ServiceFacts> {
  return steps.readFacts(await asked(steps.facts) ?? { code: 1, out: "" });
}

const SCHEMAS = {
  cnapt: "cnapt.service/1",
  snapt: "snapt.service/1",
  "snapt-relay": "snapt.relay.service/1",
} as const satisfies Readonly<Record<ServiceOrder["program"], SchemaName>>;

/** Says what was done or found: as `lines`, or with --json as one document. */
export function tell(
  { order, scope, steps }: ServiceHere,
  found: ServiceResult,
  lines: readonly string[],
): void {
  const { manager, file } = steps;
  if (order.isJson) showDocument(SCHEMAS[order.program], { manager, scope, file, ...found });
  else for (const line of lines) show(line);
}

/** @throws {CommandFailed} the program is not there, or ended with another status than 0 */
export async function call(step: Step, what: string): Promise<void> {
  const answer = await asked(step);
  if (answer?.code === 0) return;
  const said = answer === null ? `there is no ${step[0]}` : answer.err || answer.out;
  throw new CommandFailed(`Cannot ${what}: \`${step.join(" ")}\` says: ${said || "nothing"}`);
}

/** What a program of the system says; null: it cannot be started, or does not answer. */
export async function asked(step: Step): Promise<CommandAnswer | null> {
  try {
    return await askCommand(step, AbortSignal.timeout(STEP_LIMIT_MS));
  } catch (error) {
    if (error instanceof CommandBroken) return null;
    throw error;
  }
}
