import type { Target } from "../programs/target.ts";
import type { FinishedCommand } from "./finished_command.ts";
import type { Host } from "./host.ts";
import type { Lab } from "./lab.ts";
import { expectPrinted } from "../../json_documents.ts";
import { LabFailure } from "./lab_failure.ts";
import type { LabProcess } from "./lab_process.ts";
import {
  isConnected,
  type PairStatus,
  type PairSwitch,
  readPairStatus,
  readPairSwitch,
} from "./pair_status.ts";
import { productCommand, type ProductProgram } from "./product.ts";
import type { LaptopInterface } from "./topology.ts";

const LISTEN_PORT = 7787;
/** On the laptop the services are at their own port plus this, so that none is a privileged one. */
const PORT_OFFSET = 20_000;
const START_LIMIT_MS = 20_000;
const SWITCH_LIMIT_MS = 60_000;
const COMMAND_LIMIT_MS = 20_000;

/** What the pair is to relay, and how. */
export interface PairOptions {
  /** Services by name, each a port of the server's loopback. */
  readonly services: Readonly<Record<string, number>>;
  /** The same for UDP. */
  readonly datagramServices?: Readonly<Record<string, number>>;
  /**
   * Where SNAPT listens, and where CNAPT finds it; as they are written before `:PORT`. `port`: CNAPT
   * finds it at another port than it listens on.
   */
  readonly at?: { readonly listen: string; readonly address: string; readonly port?: number };
  /** `tls` by default. */
  readonly security?: "tls" | "none";
  /** Further settings of services in snapt.yaml, such as `proxy: v2`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further lines of the two configuration files. Those of CNAPT go to the end of its site. */
  readonly snaptYaml?: string;
  readonly cnaptYaml?: string;
  /** Where SNAPT runs, and the services with it; the server of the lab by default. */
  readonly home?: Host;
  /**
   * Brings SNAPT behind a relay, before it starts. Codes go by the relay then, and are redeemed; by
   * default they hold everything, and lead to `at`.
   */
  readonly through?: (pair: Pair) => Promise<void>;
}

/**
 * SNAPT on the server and CNAPT on the laptop of a lab, paired as a user would pair them: with the
 * commands. The lab ends both.
 *
 *     const pair = await Pair.start(lab, { services: { ssh: SSH_PORT } });
 *     const shell = startSshShell(lab.laptop, pair.target("ssh"));
 *     const receipt = await pair.switchTo("wlan0");
 */
export class Pair {
  readonly #lab: Lab;
  readonly #home: Host;
  readonly #services: Readonly<Record<string, number>>;
  readonly #commands: Readonly<Record<ProductProgram, readonly string[]>>;
  #snapt: LabProcess | null = null;
  #cnapt: LabProcess | null = null;

  private constructor(
    lab: Lab,
    { home = lab.server, services, datagramServices }: PairOptions,
    commands: Readonly<Record<ProductProgram, readonly string[]>>,
  ) {
    this.#lab = lab;
    this.#home = home;
    this.#services = { ...services, ...datagramServices };
    this.#commands = commands;
  }

  /** Makes the configuration, starts both, and waits until they are connected. */
  static async start(lab: Lab, options: PairOptions): Promise<Pair> {
    const commands = {
      cnapt: productCommand(lab.places, "cnapt"),
      snapt: productCommand(lab.places, "snapt"),
    };
    const pair = new Pair(lab, options, commands);
    await pair.#configureSnapt(options);
    await options.through?.(pair);
    await pair.startSnapt();
    await pair.#joinCnapt(options);
    await pair.startCnapt();
    return pair;
  }

  /** The running SNAPT, for its output and its pid. */
  get snapt(): LabProcess {
    return started(this.#snapt, "SNAPT");
  }

  /** The running CNAPT, for its output and its pid. */
  get cnapt(): LabProcess {
    return started(this.#cnapt, "CNAPT");
  }

  /** Starts SNAPT (again) and waits until it answers. */
  async startSnapt(): Promise<void> {
    const process = this.#home.start(this.#argv("snapt", "run"));
    this.#snapt = process;
    await this.#poll(process, START_LIMIT_MS, async () => {
      const { code } = await this.run("snapt", ["status", "--json"], { mayFail: true });
      return code === 0 ? true : null;
    });
  }

  /** Starts CNAPT (again) and waits until it is connected, where it can be. */
  async startCnapt(
    options: { readonly path?: string; readonly isAlone?: boolean } = {},
  ): Promise<void> {
    const env = options.path === undefined ? {} : { env: { PATH: options.path } };
    this.#cnapt = this.#lab.laptop.start(this.#argv("cnapt", "run"), env);
    if (options.isAlone !== true) await this.waitUntil(isConnected, START_LIMIT_MS);
  }

  /** Where a client program on the laptop finds a service. */
  target(service: string): Target {
    const port = this.#services[service];
    if (port === undefined) throw new LabFailure(`Cannot find the service ${service}`);
    return { host: "127.0.0.1", port: port < PORT_OFFSET ? port + PORT_OFFSET : port };
  }

  /** Runs one of the commands of the product, with its `--config`, on the host where it belongs. */
  async run(
    program: ProductProgram,
    args: readonly string[],
    options: { readonly input?: string; readonly limitMs?: number; readonly mayFail?: boolean } =
      {},
  ): Promise<FinishedCommand> {
    const argv = this.#argv(program, ...args);
    const limited = { limitMs: COMMAND_LIMIT_MS, ...options };
    const finished = await this.#host(program).run(argv, limited);
    if (args.includes("--json")) expectPrinted(finished.stdout);
    return finished;
  }

  /** The whole command line of one of the programs, for a program that runs it. */
  command(program: ProductProgram, ...args: readonly string[]): readonly string[] {
    return this.#argv(program, ...args);
  }

  /** What `cnapt status --json` says. */
  async status(): Promise<PairStatus> {
    return readPairStatus((await this.run("cnapt", ["status", "--json"])).stdout);
  }

  /**
   * Waits until the status of CNAPT is as `isReached` wants it: for sudden switches, which nobody
   * gets a receipt for.
   *
   * @throws LabFailure with the last status and the output of CNAPT after `limitMs`
   */
  waitUntil(
    isReached: (status: PairStatus) => boolean,
    limitMs = SWITCH_LIMIT_MS,
  ): Promise<PairStatus> {
    return this.#poll(this.cnapt, limitMs, async () => {
      const { code, stdout } = await this.run("cnapt", ["status", "--json"], { mayFail: true });
      if (code !== 0) return null;
      const status = readPairStatus(stdout);
      return isReached(status) ? status : null;
    });
  }

  /** Waits until CNAPT is connected over an interface. */
  waitUntilOn(name: LaptopInterface, limitMs = SWITCH_LIMIT_MS): Promise<PairStatus> {
    return this.waitUntil((status) => status.provider === name && isConnected(status), limitMs);
  }

  /**
   * Moves the pair with `cnapt switch` and returns the receipt.
   *
   * @throws LabFailure when the switch did not happen
   */
  async switchTo(
    name: LaptopInterface,
    options: { readonly strict?: boolean } = {},
  ): Promise<PairSwitch> {
    const flags = options.strict === true ? ["--strict", "--json"] : ["--json"];
    const { stdout } = await this.run("cnapt", ["switch", name, ...flags], {
      limitMs: SWITCH_LIMIT_MS,
    });
    return readPairSwitch(stdout);
  }

  async #configureSnapt(options: PairOptions): Promise<void> {
    await this.run("snapt", ["init"]);
    const lineOf = (name: string, port: number, protocol: string) => {
      const more = options.settings?.[name];
      const settings = `${protocol}${more === undefined ? "" : `, ${more}`}`;
      return `  ${name}: { to: 127.0.0.1:${port}${settings} }`;
    };
    const services = [
      ...Object.entries(options.services).map(([name, port]) => lineOf(name, port, "")),
      ...Object.entries(options.datagramServices ?? {})
        .map(([name, port]) => lineOf(name, port, ", protocol: udp")),
    ].join("\n");
    await this.#home.run(["tee", this.#config("snapt")], {
      input: `name: home
listen: "${options.at?.listen ?? "0.0.0.0"}:${LISTEN_PORT}"
security: ${options.security ?? "tls"}
services:
${services}
${options.snaptYaml ?? ""}
`,
    });
  }

  async #joinCnapt(options: PairOptions): Promise<void> {
    const port = options.at?.port ?? LISTEN_PORT;
    const address = `${options.at?.address ?? this.#lab.serverAddress}:${port}`;
    const how = options.through === undefined ? ["--offline", "--address", address] : [];
    const { stdout } = await this.run("snapt", ["invite", "laptop", ...how]);
    const services = Object.keys(this.#services).flatMap((name) => {
      const { host, port } = this.target(name);
      const protocol = name in options.services ? "" : "/udp";
      return ["--service", `${name}=${host}:${port}${protocol}`];
    });
    await this.run("cnapt", ["join", "-", ...services], { input: stdout });
    if (options.cnaptYaml === undefined) return;
    await this.#lab.laptop.run(["tee", "-a", this.#config("cnapt")], { input: options.cnaptYaml });
  }

  /** Asks again and again (each time takes a new process, which is pause enough). */
  async #poll<T>(
    process: LabProcess,
    limitMs: number,
    ask: () => Promise<T | null>,
  ): Promise<T> {
    const deadline = performance.now() + limitMs;
    while (performance.now() < deadline && process.status === null) {
      const answer = await ask();
      if (answer !== null) return answer;
    }
    const why = process.status === null
      ? `not within ${limitMs} ms`
      : `ended with status ${process.status.code}`;
    const last = await this.run("cnapt", ["status"], { mayFail: true });
    throw new LabFailure(
      `Cannot see the pair as wanted: ${why}\n${process.output}\nlast status: ${last.stdout}`,
    );
  }

  #argv(program: ProductProgram, ...args: readonly string[]): readonly string[] {
    return [...this.#commands[program], ...args, "--config", this.#config(program)];
  }

  #config(program: ProductProgram): string {
    return `${this.#host(program).home}/${program}.yaml`;
  }

  #host(program: ProductProgram): Host {
    return program === "cnapt" ? this.#lab.laptop : this.#home;
  }
}

function started(process: LabProcess | null, name: string): LabProcess {
  if (process === null) throw new LabFailure(`Cannot look at ${name}: not started`);
  return process;
}
