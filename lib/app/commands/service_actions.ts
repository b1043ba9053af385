import { show, showLines } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import type { ServiceAction } from "../service/service_action.ts";
import {
  asked,
  call,
  expectManager,
  type ServiceHere,
  serviceHere,
  type ServiceOrder,
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
    case "stop": {
      await expectInstalled(here);
      await call(here.steps[action], `${action} the service`);
      return show(`${here.order.program} is ${action === "start" ? "started" : "stopped"}.`);
    }
    case "status":
    case "logs":
      return await ask(here, action);
  }
}

async function uninstall({ steps }: ServiceHere): Promise<void> {
  const { file, removal } = steps;
  if (!await isFile(file)) return show(`There is no ${file}: nothing to do.`);
  for (const step of removal.before) {
    const answer = await asked(step);
    if (answer === null || answer.code !== 0) show(`${step.join(" ")}: ${answer?.err ?? "fails"}`);
  }
  await Deno.remove(file);
  show(`Removed ${file}.`);
  for (const step of removal.after) await call(step, "tell the system that it is gone");
}

async function ask(here: ServiceHere, what: "status" | "logs"): Promise<void> {
  const step = here.steps[what];
  if (step === null) {
    throw new CommandFailed(
      `Cannot show the log: ${here.steps.manager} keeps nothing of what programs say; ` +
        `\`${here.order.program} run\` in a terminal shows it`,
    );
  }
  await expectInstalled(here);
  const answer = await asked(step);
  if (answer !== null && answer.out !== "") showLines(answer.out);
  if (answer?.code === 0) return;
  const { program } = here.order;
  throw new CommandFailed(
    what === "status"
      ? `The service does not run; \`${program} service start\` starts it`
      : `Cannot show the log: ${answer?.err || `${step[0]} fails`}`,
    { exit: what === "status" ? "notRunning" : "failed" },
  );
}

/** @throws {CommandFailed} it is not installed */
async function expectInstalled({ steps, order }: ServiceHere): Promise<void> {
  if (await isFile(steps.file)) return;
  throw new CommandFailed(
    `Cannot find the service: there is no ${steps.file}; \`${order.program} service install\` ` +
      "writes it",
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
