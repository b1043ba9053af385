import type { Host } from "../../tests/lab/kit/host.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const LOOK_AGAIN_MS = 200;

/**
 * A terminal on a host of the lab, with a shell in it: tmux, which is a real one for the programs and
 * tells what is on its screen. The lab ends it.
 */
export class Terminal {
  readonly #host: Host;
  readonly #socket: string;
  readonly size: TerminalSize;

  private constructor(host: Host, socket: string, size: TerminalSize) {
    this.#host = host;
    this.#socket = socket;
    this.size = size;
  }

  /** @param env of the shell */
  static async open(
    host: Host,
    name: string,
    size: TerminalSize,
    env: Readonly<Record<string, string>>,
  ): Promise<Terminal> {
    const socket = `${host.home}/${name}.tmux`;
    const settings = `${socket}.conf`;
    await host.run(["tee", settings], {
      input: "set -g status off\nset -g default-terminal tmux-256color\nset -g escape-time 0\n",
    });
    const assignments = Object.entries({ PS1: "$ ", COLORTERM: "truecolor", ...env })
      .map(([key, value]) => `${key}=${value}`);
    await host.run([
      ...["tmux", "-S", socket, "-f", settings, "new-session", "-d"],
      ...["-x", `${size.columns}`, "-y", `${size.rows}`],
      ...["env", ...assignments, "sh"],
    ], { env: { TERM: "xterm-256color" } });
    return new Terminal(host, socket, size);
  }

  /** Types a line, and Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-l", line);
    await this.press("Enter");
  }

  /** Presses a key, by tmux's name of it. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** What is on the screen: lines of text with SGR sequences, and no others. */
  async screen(): Promise<string> {
    return (await this.#tmux("capture-pane", "-e", "-p")).trimEnd();
  }

  /** Waits until something is on the screen. */
  async waitFor(pattern: RegExp, signal: AbortSignal): Promise<void> {
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return;
      if (signal.aborted) throw new Error(`Cannot see ${pattern} on the terminal:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await this.#host.run(["tmux", "-S", this.#socket, ...args]);
    return stdout;
  }
}
