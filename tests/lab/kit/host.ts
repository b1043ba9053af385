import { type FinishedCommand, runCommand, type RunOptions } from "./finished_command.ts";
import { LAB_PATH } from "./lab_mode.ts";
import { LabProcess } from "./lab_process.ts";
import type { Namespace } from "./namespace.ts";

/** The ordinary user of every host, who has no rights over any network. */
export const LAB_USER = "lab";
export const LAB_UID = 7787;

/** Whatever kills the tests kills what they started too: no server may survive its lab. */
const LEASH: readonly string[] = ["setpriv", "--pdeathsig", "KILL"];

/** As whom and where a program runs on a host. */
export interface ProgramOptions {
  /** `lab`, the ordinary user (default), or `admin`, who may do everything to this host's network. */
  readonly user?: "lab" | "admin";
  /** The working directory; the user's home by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A computer of the lab. */
export class Host implements AsyncDisposable {
  readonly name: string;
  readonly namespace: Namespace;
  /** The ordinary user's home directory, empty at first. */
  readonly home: string;
  readonly #processes = new Set<LabProcess>();

  constructor(name: string, namespace: Namespace, home: string) {
    this.name = name;
    this.namespace = namespace;
    this.home = home;
  }

  /** Starts a program that goes on running; the lab ends it at the latest. */
  start(argv: readonly string[], options: ProgramOptions = {}): LabProcess {
    const process = new LabProcess(`${argv[0]} on ${this.name}`, this.#inside(argv, options));
    this.#processes.add(process);
    return process;
  }

  /**
   * Runs a program to its end.
   *
   * @throws LabFailure unless it succeeds (see `RunOptions.mayFail`)
   */
  run(
    argv: readonly string[],
    options: ProgramOptions & RunOptions = {},
  ): Promise<FinishedCommand> {
    return runCommand(this.#inside(argv, options), options);
  }

  /** Runs lines of shell as the administrator; the first that fails ends it. */
  async configure(script: string): Promise<void> {
    await this.run(["sh", "-ec", script], { user: "admin" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In the opposite order of starting, so that clients go before their servers.
    for (const process of [...this.#processes].reverse()) await process.stop();
    this.#processes.clear();
  }

  #inside(argv: readonly string[], options: ProgramOptions): readonly string[] {
    const environment = Object.entries({
      PATH: LAB_PATH,
      HOME: this.home,
      USER: LAB_USER,
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
      ...options.env,
    }).map(([key, value]) => `${key}=${value}`);
    const as = options.user === "admin" ? [...LEASH, "--"] : this.#asLabUser();
    const where = ["env", "-i", "-C", options.cwd ?? this.home, ...environment];
    return [...this.namespace.enter(), ...as, ...where, ...argv];
  }

  #asLabUser(): readonly string[] {
    const id = String(LAB_UID);
    return this.namespace.mode === "rootless"
      ? ["unshare", "--user", `--map-user=${id}`, `--map-group=${id}`, "--", ...LEASH, "--"]
      : [...LEASH, `--reuid=${id}`, `--regid=${id}`, "--clear-groups", "--"];
  }
}
