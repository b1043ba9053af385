import { expectPrinted } from "../../json_documents.ts";
import type { FinishedCommand } from "../kit/finished_command.ts";
import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { productCommand, type ProductProgram } from "../kit/product.ts";

const COMMAND_LIMIT_MS = 30_000;
const START_LIMIT_MS = 20_000;

/** CNAPT or SNAPT on a host of the lab, with a configuration file of its own. */
export abstract class LabProgram {
  readonly host: Host;
  readonly #name: ProductProgram;
  readonly #command: readonly string[];
  #process: LabProcess | null = null;

  protected constructor(name: ProductProgram, host: Host, command: readonly string[]) {
    this.#name = name;
    this.host = host;
    this.#command = command;
  }

  protected static commandOf(lab: Lab, name: ProductProgram): readonly string[] {
    return productCommand(lab.places, name);
  }

  /** The running program, for its output and for signals. */
  get process(): LabProcess {
    if (this.#process === null) throw new LabFailure(`Cannot look at ${this.#name}: not started`);
    return this.#process;
  }

  /** Starts it (again) and waits until it answers. */
  async start(): Promise<void> {
    this.#process = this.host.start(this.#argv("run"));
    await this.poll("started", START_LIMIT_MS, async () => {
      const { code } = await this.run(["status", "--json"], { mayFail: true });
      return code === 0 ? true : null;
    });
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.process.signal("SIGKILL");
    await this.process.ended;
  }

  /** Runs one of its commands. */
  async run(
    args: readonly string[],
    options: { readonly mayFail?: boolean; readonly input?: string } = {},
  ): Promise<FinishedCommand> {
    const limited = { limitMs: COMMAND_LIMIT_MS, ...options };
    const finished = await this.host.run(this.#argv(...args), limited);
    if (args.includes("--json")) expectPrinted(finished.stdout);
    return finished;
  }

  protected async statusJson(): Promise<unknown> {
    return JSON.parse((await this.run(["status", "--json"])).stdout);
  }

  /** Writes the configuration, which nobody else may read. */
  protected async configure(yaml: string): Promise<void> {
    await this.host.run(["sh", "-c", `umask 077; cat > ${this.#config}`], { input: yaml });
  }

  /**
   * Asks again and again (each time takes a new process, which is pause enough).
   *
   * @throws LabFailure with the output of the program when the answer does not come in time
   */
  protected async poll<T>(
    what: string,
    limitMs: number,
    ask: () => Promise<T | null>,
  ): Promise<T> {
    const deadline = performance.now() + limitMs;
    while (performance.now() < deadline && this.process.status === null) {
      const answer = await ask();
      if (answer !== null) return answer;
    }
    const last = await this.run(["status"], { mayFail: true });
    throw new LabFailure(
      `Cannot see ${this.#name} ${what} within ${limitMs} ms:\n${this.process.output}\n` +
        `last status: ${last.stdout}${last.stderr}`,
    );
  }

  get #config(): string {
    return `${this.host.home}/${this.#name}.yaml`;
  }

  #argv(...args: readonly string[]): readonly string[] {
    return [...this.#command, ...args, "--config", this.#config];
  }
}
