/**
 * A server that ssh would lead to: a home and a shell of its own on this machine, reached by a
 * program that pretends to be ssh. The scripts that run there are the true ones, in the true shell.
 */
import { asUsersDo, type Finished } from "./program.ts";
import { freeAddress } from "./process_pair.ts";

/** Nothing here takes longer unless it hangs. */
const PATIENCE_MS = 20_000;
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
/** What the scripts want of a system, beside what computes a SHA-256. */
const TOOLS =
  "sh dd tr cut id uname sed head tail df grep mkdir cat wc chmod mv rm ps nohup sleep env"
    .split(" ");
const SSH = `#!/bin/sh
for one; do
  case $one in
    -G) printf 'hostname 127.0.0.1\nuser me\n'
      if [ -f "$HOME/.ssh/cnapt.conf" ]; then echo 'proxycommand /bin/cnapt stdio ssh'; fi
      exit 0 ;;
    -O) exit 0 ;;
  esac
  last=$one
done
ls "$HOME/.ssh" >"$HOME/ssh.seen" 2>/dev/null
`;

export class PretendedServer implements AsyncDisposable {
  /** Where the fake ssh, the homes and everything else is. */
  readonly folder: string;
  /** The home of the user there. */
  readonly home: string;
  /** Programs that stand before those of the system. */
  readonly fakes: string;
  /** Where its SNAPT is to listen. */
  readonly port: number;

  private constructor(folder: string) {
    this.folder = folder;
    this.home = `${folder}/server home`;
    this.fakes = `${folder}/fakes`;
    this.port = Number(freeAddress().replace(/.*:/, ""));
  }

  static async make(folder: string): Promise<PretendedServer> {
    const server = new PretendedServer(folder);
    const folders = [server.fakes, `${folder}/laptop`, `${server.home}/.config/snapt`];
    for (const one of folders) await Deno.mkdir(one, { recursive: true });
    await server.answer();
    await server.#script(server.program, server.#starts());
    // No fixed port: the endpoint of what `join` writes has one.
    await Deno.writeTextFile(
      `${server.home}/.config/snapt/snapt.yaml`,
      `name: home\nlisten: 127.0.0.1:${server.port}\nstatus: off\n` +
        "services: { ssh: { to: 127.0.0.1:22 } }\n",
    );
    return server;
  }

  /** What `--program` names: starts the SNAPT that is tested. */
  get program(): string {
    return `${this.folder}/program`;
  }

  /** Where `join` puts it. */
  get installed(): string {
    return `${this.home}/.local/bin/snapt`;
  }

  get configFile(): string {
    return `${this.folder}/laptop/cnapt.yaml`;
  }

  /** ssh runs its command there, after `first`, a line of a shell here. */
  async answer(first = ""): Promise<void> {
    await this.pretend(
      `${first}exec env -i HOME='${this.home}' PATH='${this.fakes}:${SYSTEM_PATH}' ` +
        "SSH_CONNECTION='127.0.0.1 9 127.0.0.1 2222' sh -c \"$last\"",
    );
  }

  /** What ssh does with the command in `$last`. */
  async pretend(line: string): Promise<void> {
    await this.#script(`${this.folder}/ssh`, SSH + line);
  }

  /** Puts a program before that of the system. */
  async fake(name: string, line: string): Promise<void> {
    await this.#script(`${this.fakes}/${name}`, `#!/bin/sh\n${line}`);
  }

  /** A SNAPT that calls itself otherwise. */
  async callItself(file: string, line: string): Promise<void> {
    const other = `#!/bin/sh\n[ "$1" = --version ] && { ${line}; }\n`;
    await this.#script(file, other + this.#starts().replace(/^.*\n/, ""));
  }

  /** Leaves the tools of the system away that are not in the list. */
  async onlyUsualTools(): Promise<void> {
    for (const tool of TOOLS) {
      await Deno.symlink(`/usr/bin/${tool}`, `${this.fakes}/${tool}`);
    }
    await this.pretend(`exec env -i HOME='${this.home}' PATH='${this.fakes}' sh -c "$last"`);
  }

  async join(...args: readonly string[]): Promise<Finished> {
    const program = args.includes("--program") ? [] : ["--program", this.program];
    const yes = args.includes("--no-yes") ? [] : ["--yes"];
    const given = args.filter((one) => one !== "--no-yes");
    return await this.cnapt(
      "join",
      "ssh://me@server",
      "--name",
      "laptop",
      ...program,
      ...yes,
      ...given,
    );
  }

  /** The same on a terminal, where `typed` is typed; both outputs together. */
  async joinOnTerminal(typed: string): Promise<Finished> {
    return await this.onTerminal(typed, "join", "ssh://me@server", "--program", this.program);
  }

  /** Runs a command of cnapt on a terminal of the laptop, where `typed` is typed. */
  async onTerminal(typed: string, ...command: readonly string[]): Promise<Finished> {
    const args = [...command, "--config", this.configFile];
    const words = [...asUsersDo("cnapt"), ...args].map((word) => `'${word}'`).join(" ");
    const typing = `printf '${typed}' | script -qec "${words}" /dev/null`;
    return await this.#run(["sh", "-c", typing], this.#laptop);
  }

  /** Runs a command of cnapt on the laptop. */
  async cnapt(command: string, ...args: readonly string[]): Promise<Finished> {
    return await this.#run([
      ...asUsersDo("cnapt"),
      ...[command, ...args, "--config", this.configFile],
    ], this.#laptop);
  }

  /** Runs a command of the SNAPT of this server. */
  async snapt(...args: readonly string[]): Promise<Finished> {
    const config = `${this.home}/.config/snapt/snapt.yaml`;
    return await this.#run([this.program, ...args, "--config", config], { HOME: this.home });
  }

  has(path: string): boolean {
    try {
      Deno.lstatSync(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** What lies in a folder of the home there. */
  listed(folder: string): readonly string[] {
    return [...Deno.readDirSync(`${this.home}/${folder}`)].map(({ name }) => name).sort();
  }

  /** Ends a SNAPT that a test has left there. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.has(this.#pidFile)) return;
    const pid = (await Deno.readTextFile(this.#pidFile)).trim();
    const wait = `kill -9 ${pid}; while kill -0 ${pid}; do sleep 0.05; done`;
    await this.#run(["sh", "-c", `{ ${wait}; } 2>/dev/null`], {});
  }

  get #laptop(): Readonly<Record<string, string>> {
    return { HOME: `${this.folder}/laptop`, CNAPT_SSH: `${this.folder}/ssh` };
  }

  get #pidFile(): string {
    return `${this.home}/.config/snapt/snapt.pid`;
  }

  #starts(): string {
    const words = asUsersDo("snapt").map((word) => `'${word}'`).join(" ");
    return `#!/bin/sh\nDENO_DIR='${denoDir()}'; export DENO_DIR\nexec ${words} "$@"\n`;
  }

  async #script(file: string, text: string): Promise<void> {
    await Deno.writeTextFile(file, `${text}\n`);
    await Deno.chmod(file, 0o755);
  }

  async #run(
    [command = "", ...args]: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Finished> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { code, stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd: `${this.folder}/laptop`,
      // The developer's own files are none of the test's.
      env: {
        ...{ DENO_DIR: denoDir(), NO_COLOR: "1", XDG_CONFIG_HOME: "", XDG_STATE_HOME: "" },
        ...env,
      },
      stdin: "null",
      signal,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  }
}

/** Programs from their sources need what was fetched for the true home. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
}
