/** A program on a terminal of its own, made by util-linux's `script`. */
import { ShownScreen } from "../../shown_screen.ts";

const PATIENCE_MS = 20_000;
/** The mode of the terminal is said before and after; the shell stays, the program comes and goes. */
const SCRIPT = `stty rows 24 cols 80; echo "mode=$(stty -g)"; echo "tty=$(tty)"
sh -c 'echo "pid=$$ "; exec "$0" "$@"' "$@"
echo "code=$?"; echo "mode=$(stty -g)"; echo "end"
`;

/** How a program left its terminal. */
export interface LeftTerminal {
  readonly code: number;
  /** Screen, cursor and wrapping are as they were, and so is what `stty` says. */
  readonly isAsBefore: boolean;
  readonly text: string;
}

export class OnTerminal implements AsyncDisposable {
  readonly screen = new ShownScreen();
  #text = "";
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #limit: AbortSignal = AbortSignal.timeout(PATIENCE_MS);
  #wake: () => void = () => {};

  /** `words`: the program and its arguments. */
  constructor(folder: string, words: readonly string[]) {
    const script = `${folder}/on_terminal.sh`;
    Deno.writeTextFileSync(script, SCRIPT);
    const line = ["sh", script, ...words].map((word) => `'${word}'`).join(" ");
    this.#child = new Deno.Command("script", {
      args: ["-qfec", `exec ${line}`, "/dev/null"],
      cwd: folder,
      env: {
        ...{ TERM: "xterm", NO_COLOR: "1", SHELL: "/bin/sh" },
        CNAPT_CONFIG: "cnapt.yaml",
        SNAPT_CONFIG: "snapt.yaml",
        XDG_CONFIG_HOME: `${folder}/no-config`,
        XDG_STATE_HOME: `${folder}/no-state`,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Waits until what was written satisfies `isThere`. */
  async until(
    what: string,
    isThere: (screen: ShownScreen, text: string) => boolean,
  ): Promise<void> {
    while (!isThere(this.screen, this.#text)) {
      if (this.#limit.aborted) {
        throw new Error(`${what} never came, but:\n${this.screen.rows.join("\n")}\n${this.#text}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#limit.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Waits for a row of the screen. */
  async row(pattern: RegExp): Promise<void> {
    await this.until(String(pattern), ({ rows }) => rows.some((row) => pattern.test(row)));
  }

  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  async resize(columns: number, rows: number): Promise<void> {
    const size = ["rows", String(rows), "cols", String(columns)];
    const args = ["-F", this.#said(/tty=(\S+)/), ...size];
    await new Deno.Command("stty", { args }).output();
  }

  signal(name: Deno.Signal): void {
    Deno.kill(Number(this.#said(/pid=(\d+)/)), name);
  }

  /** Waits until the program has ended, and its shell has said how. */
  async left(): Promise<LeftTerminal> {
    await this.until("the end", (_, text) => /\nend\r?\n/.test(text));
    const modes = this.#text.match(/mode=[\da-f:]+/g) ?? [];
    const { isOther, hasCursor, wraps } = this.screen;
    const isAsBefore = !isOther && hasCursor && wraps && modes.length === 2 &&
      modes[0] === modes[1];
    return { code: Number(this.#said(/code=(\d+)/)), isAsBefore, text: this.#text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
    await this.#child.status;
    await this.#reading;
    await this.#writer.close().catch(() => {}); // nobody reads any more
  }

  #said(pattern: RegExp): string {
    const [, found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw new Error(`nobody said ${pattern}, but:\n${this.#text}`);
    return found;
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.screen.take(text);
      this.#wake();
    }
  }
}
