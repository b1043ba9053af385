/**
 * Runs a command of the user's in a process group of its own, so that a time-out ends all that it
 * has started and not only the shell around it. What it leaves behind in peace (a modem's daemon)
 * stays, also when it goes on writing to its standard error.
 */
import { passOnUnlessEnded, passOnUnlessSystem } from "../config/system_failure.ts";
import { CommandBroken } from "./command_broken.ts";
import { descriptors } from "./descriptor_budget.ts";

/** So much of what it says last is kept for the report. */
const KEPT_CHARS = 400;
/** What it said may still be under way when it has ended. */
const LAST_WORDS_MS = 100;
/** Between the request to end and the end. */
const GRACE_MS = 500;

export interface GroupCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

/** The words with which a line for the shell is run on this system. */
export function shellArgv(line: string): readonly string[] {
  return Deno.build.os === "windows" ? ["cmd", "/d", "/s", "/c", line] : ["/bin/sh", "-c", line];
}

/**
 * Runs `command` and waits for its end. After `limitMs`, or when `signal` is aborted, its whole
 * group is ended. What it leaves behind is listened to until `signal`.
 *
 * @throws {CommandBroken} it cannot be started, ended with another status than 0, or was ended
 */
export async function runInGroup(command: GroupCommand, signal: AbortSignal): Promise<void> {
  const { argv, env, limitMs } = command;
  const [program = "", ...args] = argv;
  const stopped = (cause: unknown) =>
    new CommandBroken("stopped", program, "was ended: it was called off", { cause });
  if (signal.aborted) throw stopped(signal.reason);
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (cause) {
    descriptors().noteRefusal(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandBroken("notStarted", program, `cannot be started: ${reason}`, { cause });
  }
  const words = new LastWords(child.stderr).start(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  const ended = AbortSignal.any([signal, limit.signal]);
  let harder: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    endGroup(child, "SIGTERM");
    harder = setTimeout(() => endGroup(child, "SIGKILL"), GRACE_MS);
  };
  ended.addEventListener("abort", end, { once: true });
  const { code, signal: killedBy } = await child.status;
  ended.removeEventListener("abort", end);
  clearTimeout(timer);
  clearTimeout(harder);
  if (ended.aborted) {
    endGroup(child, "SIGKILL");
    words.stop();
    if (signal.aborted) throw stopped(signal.reason);
    throw new CommandBroken(
      "timedOut",
      program,
      `has not ended within ${limitMs} ms${await words.take()}`,
    );
  }
  const said = await words.take();
  if (code !== 0) {
    throw new CommandBroken(
      "failed",
      program,
      `ended with ${killedBy ?? `status ${code}`}${said}`,
    );
  }
}

function endGroup(child: Deno.ChildProcess, how: "SIGTERM" | "SIGKILL"): void {
  try {
    if (Deno.build.os === "windows") child.kill(how);
    else Deno.kill(-child.pid, how);
  } catch (error) {
    passOnUnlessEnded(error); // all of them have
  }
}

/** Reads what a command says on its standard error, and keeps the end of it. */
class LastWords {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #ended: Promise<void> = Promise.resolve();
  #text = "";

  constructor(stderr: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stderr.getReader();
  }

  /** Reads until the command has no more to say, or `signal` is aborted. */
  start(signal: AbortSignal): this {
    const stop = () => this.stop();
    signal.addEventListener("abort", stop, { once: true });
    this.#ended = this.#read().finally(() => signal.removeEventListener("abort", stop));
    return this;
  }

  stop(): void {
    this.#reader.cancel().catch(passOnUnlessEnded);
  }

  /** What was said last, for the end of a sentence. */
  async take(): Promise<string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => timer = setTimeout(resolve, LAST_WORDS_MS));
    await Promise.race([this.#ended, patience]);
    clearTimeout(timer);
    const lines = this.#text.trim().split(/\s*\n\s*/).join(" / ");
    return lines === "" ? "" : `; it said: ${lines}`;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (let part = await this.#reader.read(); !part.done; part = await this.#reader.read()) {
        const text = this.#text + decoder.decode(part.value, { stream: true });
        this.#text = text.slice(-KEPT_CHARS);
      }
    } catch (error) {
      passOnUnlessSystem(error); // the pipe is broken: nothing more is said
    }
  }
}
