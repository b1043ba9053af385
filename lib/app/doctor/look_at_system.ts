import { CommandBroken } from "../../net/command_broken.ts";
import { streamsWithin } from "../../net/descriptor_budget.ts";
import { raiseDescriptorLimit } from "../../net/descriptor_limit.ts";
import { openLibc } from "../../net/libc.ts";
import { deviceBinding } from "../../net/device_socket.ts";
import { runCommand } from "../../net/run_command.ts";
import type { ProgramName } from "../places/config_places.ts";
import { VERSION } from "../program/version.ts";
import { attention, type Finding, ok } from "./finding.ts";

/** A connection takes a descriptor at each end, and a link another one. */
const FEW_FILES = 4_096;
const TOOL_LIMIT_MS = 3_000;
/** Before that date neither program was made: the clock is wrong. */
const FIRST_YEAR = 2025;

/** What the operating system lets this user do, as far as the program needs it. */
export async function lookAtSystem(program: ProgramName): Promise<readonly Finding[]> {
  const { os, arch } = Deno.build;
  const build = `${program} ${VERSION}, Deno ${Deno.version.deno}`;
  return [
    ok("system", `${os} ${Deno.osRelease()} ${arch}, ${build}`),
    libraryFinding(),
    ...program === "cnapt" ? [bindingFinding(), await monitorFinding()] : [],
    ...filesFindings(raiseDescriptorLimit(), program),
    ...clockFindings(new Date()),
  ];
}

function libraryFinding(): Finding {
  const opened = openLibc();
  return opened.kind === "available" ? ok("C library", "it can be called") : attention(
    "C library",
    `it cannot be called: ${opened.reason}`,
    "without it a connection that is reset ends as if it had been closed, and UDP is slower; all else works",
  );
}

function bindingFinding(): Finding {
  const binding = deviceBinding();
  if (binding.kind === "available") {
    return ok("choice of interface", "sockets are bound to the device");
  }
  if (Deno.build.os !== "linux") return ok("choice of interface", binding.reason);
  return attention(
    "choice of interface",
    `only the source address can be chosen: ${binding.reason}`,
    "with two default routes, Linux then possibly sends over the other network",
  );
}

async function monitorFinding(): Promise<Finding> {
  const tools: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
    linux: ["ip", "-V"],
    darwin: ["route", "-n", "get", "localhost"],
  };
  const tool = tools[Deno.build.os];
  if (tool === undefined) {
    return ok("changes of the network", "CNAPT looks for them every 200 ms on this system");
  }
  const [program = ""] = tool;
  const works = await runCommand(tool, "", AbortSignal.timeout(TOOL_LIMIT_MS))
    .then(() => true, falseIfBroken);
  if (works) return ok("changes of the network", `\`${program}\` tells of them at once`);
  return attention(
    "changes of the network",
    `\`${program}\` cannot be run, so CNAPT looks for them every 200 ms`,
    Deno.build.os === "linux" ? "install iproute2 to have them told at once" : "",
  );
}

function falseIfBroken(error: unknown): false {
  if (!(error instanceof CommandBroken)) throw error;
  return false;
}

/** `limit`: how many descriptors the program gets when it asks for as many as it may have. */
export function filesFindings(limit: number | null, program: ProgramName): readonly Finding[] {
  if (limit === null) return [];
  if (limit >= FEW_FILES) return [ok("open files", `${limit} at once`)];
  return [attention(
    "open files",
    `only ${limit} at once, enough for about ${streamsWithin(limit)} connections`,
    `\`ulimit -Hn 65535\` (as root) before ${program} is started, or LimitNOFILE= of its systemd unit`,
  )];
}

/** A clock that is set back does no harm to TLS here, but to the times in the log. */
export function clockFindings(now: Date): readonly Finding[] {
  if (now.getUTCFullYear() >= FIRST_YEAR) return [];
  return [attention(
    "clock",
    `it says ${now.toISOString().slice(0, 10)}`,
    "connections work all the same; set it so that the log has the right times",
  )];
}
