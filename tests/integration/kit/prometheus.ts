/** Debian's Prometheus: the program that checks metrics and rules, and the one that collects. */
import { freeAddress } from "./process_pair.ts";

/** Nothing here takes longer unless it hangs. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 50;

/** Runs promtool with `input`; what it says, which is for whoever reads why a test failed. */
export async function promtool(
  args: readonly string[],
  input = "",
): Promise<{ readonly isFine: boolean; readonly said: string }> {
  const child = new Deno.Command("promtool", {
    args: [...args],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { isFine: success, said };
}

/** One series of an answer, with its value. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A Prometheus that runs with the configuration of a file, and forgets everything in the end. */
export class Prometheus implements AsyncDisposable {
  readonly #url: string;
  readonly #child: Deno.ChildProcess;
  readonly #errors: Promise<string>;

  private constructor(address: string, child: Deno.ChildProcess) {
    this.#url = `http://${address}`;
    this.#child = child;
    this.#errors = new Response(child.stderr).text();
  }

  /** `folder`: where its data is; it reads `config` there. */
  static start(folder: string, config: string): Prometheus {
    const address = freeAddress();
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${address}`,
        "--log.level=warn",
      ],
      ...{ cwd: folder, stdin: "null", stdout: "null", stderr: "piped" },
    }).spawn();
    return new Prometheus(address, child);
  }

  /** The series that `expression` gives now. */
  async query(expression: string): Promise<readonly Series[]> {
    const path = `query?query=${encodeURIComponent(expression)}`;
    return (await this.get<{ readonly result: readonly Series[] }>(path)).result;
  }

  /** What it answers to `path`, whose shape its documentation has. */
  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`);
    const { status, data, error }: { status: string; data: T; error?: string } = await answer
      .json();
    if (status !== "success") throw new Error(`Cannot ask Prometheus ${path}: ${error}`);
    return data;
  }

  /** Asks until there is something; Prometheus announces nothing, and is there only after a while. */
  async until<T>(ask: () => Promise<T | null>, what: string): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = await ask().catch((error: unknown) => {
        if (error instanceof TypeError) return null; // nobody listens yet
        throw error;
      });
      if (found !== null) return found;
      if (signal.aborted) {
        await this[Symbol.asyncDispose]();
        throw new Error(`Not seen in Prometheus: ${what}\n${await this.#errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    await this.#child.status;
    await this.#errors;
  }
}
