import { runCommand } from "./finished_command.ts";
import { type LabMode, UNSHARE } from "./lab_mode.ts";
import { LabProcess } from "./lab_process.ts";

/**
 * Shell that waits for the end of the tests, which ends its standard input, and then kills what they
 * have started inside: a program that had just begun has no parent yet whose death would end it.
 */
const WAIT_AND_SWEEP = `
net=$(readlink /proc/self/ns/net)
while read -r line; do :; done
for round in 1 2 3; do
  for one in /proc/[0-9]*; do
    pid=\${one#/proc/}
    if [ "$pid" != $$ ] && [ "$(readlink "$one/ns/net")" = "$net" ]; then kill -9 "$pid"; fi
  done 2>/dev/null
  sleep 0.1
done`;

const START_LIMIT_MS = 10_000;
/** Processes that come into being while the others are killed are found in another round. */
const SWEEP_ROUNDS = 5;

/**
 * A network namespace and a mount namespace, held by a process that ends when its standard input
 * does: whatever happens to the tests, nothing stays behind.
 */
export class Namespace implements AsyncDisposable {
  readonly mode: LabMode;
  /** A process inside, for `nsenter`, `setns` and `ip link … netns`. */
  readonly pid: number;
  readonly #holder: LabProcess;
  /** As in `/proc/PID/ns/net`: `net:[4026532287]`. */
  readonly #network: string;

  private constructor(mode: LabMode, holder: LabProcess, network: string) {
    this.mode = mode;
    this.pid = holder.pid;
    this.#holder = holder;
    this.#network = network;
  }

  /**
   * Makes a namespace; the loopback interface is up.
   *
   * @param setup lines for the shell, run inside at the start
   * @param beside a namespace whose user namespace it shares; of need in rootless mode, because
   * interfaces move only between namespaces of one owner
   */
  static async create(
    mode: LabMode,
    name: string,
    setup: string,
    beside?: Namespace,
  ): Promise<Namespace> {
    const make = beside !== undefined && mode === "rootless"
      ? [...nsenter(beside.pid, ["-U", "--preserve-credentials"]), ...UNSHARE.root]
      : UNSHARE[mode];
    const script =
      `set -e\nip link set lo up\n${setup}\nreadlink /proc/self/ns/net\n${WAIT_AND_SWEEP}`;
    const holder = new LabProcess(`namespace ${name}`, [...make, "sh", "-c", script]);
    try {
      const found = await holder.waitFor(/^net:\[\d+\]$/m, AbortSignal.timeout(START_LIMIT_MS));
      return new Namespace(mode, holder, found[0]);
    } catch (error) {
      await holder.stop();
      throw error;
    }
  }

  /** What to put before a command for it to run inside with all rights over this network. */
  enter(): readonly string[] {
    const user = this.mode === "rootless" ? ["-U", "--preserve-credentials"] : [];
    return nsenter(this.pid, [...user, "-n", "-m"]);
  }

  /** Kills all processes inside except the holder: also those that nobody knows of any more. */
  async sweep(): Promise<void> {
    for (let round = 0; round < SWEEP_ROUNDS; round++) {
      const pids = await this.#pids();
      if (pids.length === 0) return;
      for (const pid of pids) kill(pid);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sweep();
    await this.#holder.stop();
  }

  async #pids(): Promise<readonly number[]> {
    const script = "ls -l /proc/[0-9]*/ns/net 2>/dev/null";
    // Status 2: a process ended between the shell's look and that of ls.
    const { stdout } = await runCommand(["sh", "-c", script], { mayFail: true });
    return stdout.split("\n")
      .filter((line) => line.endsWith(`-> ${this.#network}`))
      .map((line) => Number(/\/proc\/(\d+)\//.exec(line)?.[1]))
      .filter((pid) => pid !== this.pid);
  }
}

function nsenter(pid: number, flags: readonly string[]): readonly string[] {
  return ["nsenter", "-t", String(pid), ...flags, "--"];
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself in the meantime.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
