import { basename } from "node:path";
import { type FinishedCommand, runCommand, type RunOptions } from "./finished_command.ts";
import { LabFailure } from "./lab_failure.ts";
import { makeLabDirectory } from "./lab_directory.ts";
import { LabProcess } from "./lab_process.ts";
import { findProgram } from "./lab_mode.ts";
import { BOOT, BOOTED, ENTER, MACHINE_USER, REMOVE_CGROUP } from "./systemd_boot.ts";

const BOOT_LIMIT_MS = 30_000;
const BOOTED_LINE = new RegExp(`^${BOOTED}$`, "m");
/** Whatever kills the tests kills the machine too. */
const LEASH = ["setpriv", "--pdeathsig", "KILL", "--"];
const NEEDED = ["systemd", "systemctl", "dbus-daemon", "nsenter", "unshare", "setpriv", "ip"];

/** A folder of this machine's programs with systemd as its first process, and two users. */
export class SystemdMachine implements AsyncDisposable {
  readonly #first: LabProcess;
  readonly #folder: string;
  readonly #cgroup: string;
  /** systemd, as this machine sees it. */
  readonly #pid: number;
  readonly #processes = new Set<LabProcess>();

  private constructor(first: LabProcess, pid: number, folder: string, cgroup: string) {
    this.#first = first;
    this.#pid = pid;
    this.#folder = folder;
    this.#cgroup = cgroup;
  }

  /**
   * Boots one.
   *
   * @param files what else it sees: a path of this machine for each path there
   * @throws LabFailure with what was said when it does not come up
   */
  static async boot(files: Readonly<Record<string, string>>): Promise<SystemdMachine> {
    const folder = await makeLabDirectory();
    const cgroup = basename(folder);
    const pairs = Object.entries(files).flatMap(([there, here]) => [here, there]);
    const enter = ["unshare", "--mount", "--", "sh", "-c", ENTER, "enter", cgroup, folder, BOOT];
    const first = new LabProcess("systemd", [...LEASH, ...enter, ...pairs]);
    try {
      await first.waitFor(BOOTED_LINE, AbortSignal.timeout(BOOT_LIMIT_MS));
      const pid = await childOf(first.pid);
      if (pid === null) throw new LabFailure("Cannot find systemd: it has ended");
      return new SystemdMachine(first, pid, folder, cgroup);
    } catch (error) {
      await takeAway(first, folder, cgroup);
      throw error;
    }
  }

  /** Runs a program there to its end, as root or as the ordinary user. */
  run(
    argv: readonly string[],
    options: RunOptions & { readonly user?: boolean } = {},
  ): Promise<FinishedCommand> {
    return runCommand([...this.#inside(options.user === true), ...argv], options);
  }

  /** Starts one that goes on running, as root; the machine ends it at the latest. */
  start(argv: readonly string[]): LabProcess {
    const process = new LabProcess(`${argv[0]} there`, [...LEASH, ...this.#inside(false), ...argv]);
    this.#processes.add(process);
    return process;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) await process.stop();
    await takeAway(this.#first, this.#folder, this.#cgroup);
  }

  #inside(isUser: boolean): readonly string[] {
    const { name, id, home } = MACHINE_USER;
    const as = isUser ? ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups", "--"] : [];
    const env = isUser
      ? [`HOME=${home}`, `USER=${name}`, `XDG_RUNTIME_DIR=/run/user/${id}`]
      : ["HOME=/root", "USER=root"];
    return [
      ...["nsenter", "-t", String(this.#pid), "-m", "-u", "-i", "-n", "-p", "-C", "--"],
      ...[...as, "env", "-i", "-C", isUser ? home : "/root", ...env],
      ...["PATH=/opt/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "NO_COLOR=1"],
    ];
  }
}

/**
 * systemd's end is that of all processes there, since it is the first of their namespace, and that
 * of the program that waits for it.
 */
async function takeAway(first: LabProcess, folder: string, cgroup: string): Promise<void> {
  const pid = await childOf(first.pid);
  if (pid !== null) Deno.kill(pid, "SIGKILL");
  await first.stop();
  const remove = ["unshare", "--mount", "--", "sh", "-ec", REMOVE_CGROUP, "remove", cgroup, folder];
  await runCommand(remove);
  await Deno.remove(folder, { recursive: true });
}

/** Null: it has none, or has ended itself. */
async function childOf(pid: number): Promise<number | null> {
  try {
    return Number(await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`)) || null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Why no such machine can be had here; null: one can. */
export async function whyNoSystemd(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "needs Linux";
  if (Deno.uid() !== 0) return "only root is allowed to make cgroups";
  for (const program of NEEDED) {
    if (await findProgram(program) === null) return `not installed: ${program}`;
  }
  try {
    await (await SystemdMachine.boot({}))[Symbol.asyncDispose]();
    return null;
  } catch (error) {
    if (!(error instanceof LabFailure)) throw error;
    return error.message;
  }
}
