import { asUsersDo, type Finished } from "./program.ts";

/** Nothing here takes longer unless it hangs. */
const PATIENCE_MS = 20_000;

/** A home of a user that only the test has: nothing of the true one is read or written. */
export class AtHome {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What ssh reads of this user. */
  get sshConfig(): string {
    return `${this.path}/.ssh/config`;
  }

  /** Runs a command of cnapt in `folder`. */
  async cnapt(folder: string, args: readonly string[]): Promise<Finished> {
    return await this.run([...asUsersDo("cnapt"), ...args], folder);
  }

  /** The same on a terminal, where `typed` is typed; both outputs together. */
  async onTerminal(folder: string, args: readonly string[], typed: string): Promise<Finished> {
    const words = [...asUsersDo("cnapt"), ...args].map((word) => `'${word}'`).join(" ");
    return await this.run(["script", "-qec", words, "/dev/null"], folder, typed);
  }

  /** `typed`: what the program finds in its input, which stays open; without, it has none. */
  async run(
    [command = "", ...args]: readonly string[],
    folder: string,
    typed: string | null = null,
  ): Promise<Finished> {
    const child = new Deno.Command(command, {
      args,
      cwd: folder,
      env: {
        HOME: this.path,
        USERPROFILE: this.path,
        DENO_DIR: denoDir(),
        NO_COLOR: "1",
        CNAPT_CONFIG: "cnapt.yaml",
      },
      stdin: typed === null ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const writer = typed === null ? null : child.stdin.getWriter();
    try {
      await writer?.write(new TextEncoder().encode(typed ?? ""));
      const { code, stdout, stderr } = await child.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: text(stdout), err: text(stderr) };
    } finally {
      clearTimeout(limit);
      await writer?.close().catch(() => {}); // nobody reads any more
    }
  }
}

/** Programs from their sources need what was fetched for the true home. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
}
