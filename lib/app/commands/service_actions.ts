import { showLines } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { type ServiceFacts, UNKNOWN_STATE } from "../service/service_facts.ts";
import { typedFor } from "../service/service_plan.ts";
import type { ServiceAction } from "../service/service_action.ts";
import {
  asked,
  call,
  expectManager,
  factsOf,
  type ServiceHere,
  serviceHere,
  type ServiceOrder,
  tell,
} from "./service_here.ts";

/**
 * Does one of the actions of `service`.
 *
 * @throws {CommandFailed} the system refuses, or has nothing that keeps services
 */
export async function doWithService(action: ServiceAction, order: ServiceOrder): Promise<void> {
  const here = serviceHere(order);
  if (action !== "install" && (order.isPrint || order.runAs !== null)) {
    throw new UsageError(`Cannot understand --print and --run-as: they are wanted by install only`);
  }
  if (action === "install") {
    const { installService } = await import("./service_install.ts");
    return await installService(here);
  }
  await expectManager(here);
  switch (action) {
    case "uninstall":
      return await uninstall(here);
    case "start":
    case "stop":
      return await startOrStop(here, action);
    case "status":
      return await status(here);
    case "logs":
      return await logs(here);
  }
}

async function uninstall(here: ServiceHere): Promise<void> {
  const { file, removal } = here.steps;
  if (!await isFile(file)) {
    const other = (await factsOf(here)).file;
    return tell(here, { action: "uninstall", outcome: "absent", problems: [] }, [
      `There is no ${file}: nothing to do.`,
      ...(other === null ? [] : [`${other} is none of \`service install\`, and stays.`]),
    ]);
  }
  const problems: string[] = [];
  for (const step of removal.before) {
    const answer = await asked(step);
    if (answer?.code !== 0) problems.push(`${step.join(" ")}: ${answer?.err || "fails"}`);
  }
  await Deno.remove(file);
  for (const step of removal.after) await call(step, "tell the system that it is gone");
  tell(here, { action: "uninstall", outcome: "removed", problems }, [
    ...problems,
    `Removed ${file}.`,
  ]);
}

async function startOrStop(here: ServiceHere, action: "start" | "stop"): Promise<void> {
  await expectInstalled(here);
  const { program } = here.order;
  try {
    await call(here.steps[action], `${action} the service`);
  } catch (cause) {
    if (!(cause instanceof CommandFailed) || action === "stop") throw cause;
    const why = here.steps.logs === null ? "run" : "service logs";
    throw new CommandFailed(`${cause.message}\n\`${typedFor(program)} ${why}\` says why`, {
      cause,
    });
  }
  if (action === "start") await expectStarted(here);
  const outcome = action === "start" ? "started" : "stopped";
  tell(here, { action, outcome }, [`${typedFor(program)} is ${outcome}.`]);
}

/** Only systemd waits until it runs, and says nothing where a condition of the unit is not met. */
async function expectStarted(here: ServiceHere): Promise<void> {
  if (here.steps.manager !== "systemd") return;
  const { state, isRunning } = await factsOf(here);
  if (isRunning || state === UNKNOWN_STATE) return;
  throw new CommandFailed(
    `Cannot start the service: it is ${state}\n\`${
      typedFor(here.order.program)
    } service status\` says why`,
  );
}

async function status(here: ServiceHere): Promise<void> {
  const { steps, order } = here;
  const found = await factsOf(here);
  if (order.isJson && !await isInstalled(here, found)) {
    tell(here, { action: "status", installed: false, running: false }, []);
  }
  await expectInstalled(here, found);
  const { isRunning, isEnabled, file, ...facts } = found;
  const words = order.isJson ? null : await asked(steps.status);
  if (words !== null && words.out !== "") showLines(words.out);
  const place = file === null ? {} : { file };
  tell(here, {
    ...{ action: "status", ...place, installed: true, running: isRunning, enabled: isEnabled },
    ...facts,
  }, []);
  if (isRunning) return;
  const { state, lastExit } = facts;
  const ended = lastExit === null || lastExit === 0 ? "" : `, it ended with ${lastExit}`;
  throw new CommandFailed(
    `The service does not run: ${state}${ended}; \`${
      typedFor(order.program)
    } service start\` starts it`,
    { exit: "notRunning" },
  );
}

async function logs(here: ServiceHere): Promise<void> {
  const { steps, order } = here;
  if (steps.logs === null) {
    throw new CommandFailed(
      `Cannot show the log: ${steps.manager} keeps nothing of what programs say; ` +
        `\`${typedFor(order.program)} run\` in a terminal shows it`,
    );
  }
  await expectInstalled(here);
  const answer = await asked(steps.logs);
  if (answer?.code !== 0) {
    throw new CommandFailed(`Cannot show the log: ${answer?.err || `${steps.logs[0]} fails`}`);
  }
  const lines = answer.out === "" ? [] : answer.out.split("\n");
  tell(here, { action: "logs", lines }, lines);
}

/** Whether there is one, whoever has put it there. */
async function isInstalled(here: ServiceHere, facts?: ServiceFacts): Promise<boolean> {
  return await isFile(here.steps.file) || (facts ?? await factsOf(here)).file !== null;
}

/** @throws {CommandFailed} it is not installed */
async function expectInstalled(here: ServiceHere, facts?: ServiceFacts): Promise<void> {
  if (await isInstalled(here, facts)) return;
  throw new CommandFailed(
    `Cannot find the service: there is no ${here.steps.file}; \`${
      typedFor(here.order.program)
    } service ` +
      "install\` writes it",
    { exit: "notRunning" },
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
