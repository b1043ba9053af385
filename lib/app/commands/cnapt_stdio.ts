import { resolve } from "node:path";
import { formatHostPort, type HostPort, parseTarget } from "../../config/host_port.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { dial } from "../../net/dial.ts";
import { pauseFor } from "../../net/pause_for.ts";
import { interject } from "../program/show.ts";
import { StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { askCnapt, confirmEnd, enterCnapt, type Entrance, siteTaken } from "./enter_cnapt.ts";
import { PartingSignal } from "./parting_signal.ts";
import { refusalOf } from "./refused_sites.ts";
import type { AskedCnapt } from "./running_cnapt.ts";
import { ReaderGone, StdioStreams } from "./stdio_streams.ts";
import { tellAbsence } from "./tell_absence.ts";

/** So long a server may take to answer that is dialled without CNAPT. */
const STRAIGHT_MS = 60_000;
/** Asked to end: so long the input may go on, and so long the other end may take to end too. */
const PARTING_MS = 500;
/** ssh closes the pipes first and says by a signal just after that it has ended. */
const HANGUP_MS = 100;

/** What `cnapt stdio` was asked for. */
export interface StdioRequest {
  /** A service by its name, or `HOST:PORT`. */
  readonly target: string;
  readonly site: string | null;
  /** `HOST:PORT` where to go without CNAPT; null: nowhere. */
  readonly fallback: string | null;
  /** Says nothing as long as nothing has failed. */
  readonly isQuiet: boolean;
}

/**
 * `cnapt stdio`: standard input and output are the connection, as `ssh -o ProxyCommand` wants it.
 *
 * @throws {UsageError} the target, the site or the fallback cannot be one
 * @throws {CommandFailed} CNAPT does not run, cannot reach what is asked for, or the connection broke
 */
export async function cnaptStdio(
  { configFile, cnapt }: { readonly configFile: string; readonly cnapt: AskedCnapt },
  request: StdioRequest,
): Promise<void> {
  const { target, isQuiet } = request;
  checkWord("connect to", target);
  if (request.site !== null) checkWord("use --site", request.site);
  const fallback = fallbackOf(request.fallback);
  const tell = isQuiet ? () => {} : (line: string) => interject(`cnapt: ${line}`);
  let entrance: Entrance;
  try {
    entrance = await enterCnapt(cnapt);
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.exit !== "notRunning") throw error;
    if (fallback === null) throw withRemedy(error, configFile);
    const where = formatHostPort(fallback);
    tell(`CNAPT does not run: straight to ${where}, and this connection survives no other network`);
    const conn = await goStraight(fallback);
    return await relay(conn, new Uint8Array(), where);
  }
  const site = siteTaken(entrance.document, request);
  const refusal = site === null ? null : refusalOf(entrance.document, site);
  if (refusal !== null) {
    entrance.conn.close();
    throw new CommandFailed(`Cannot reach ${target}: SNAPT refuses: ${refusal}`, {
      exit: "refused",
    });
  }
  const over = new AbortController();
  const telling = isQuiet || site === null
    ? Promise.resolve()
    : tellAbsence({ status: entrance.status, site }, tell, over.signal);
  try {
    await relay(entrance.conn, await answered(entrance, request), target);
    await confirmEnd(entrance, target);
  } catch (error) {
    throw isReset(error) ? wordsForReset(target, error) : error;
  } finally {
    over.abort();
    entrance.conn.close();
    await telling;
  }
}

function isReset(error: unknown): boolean {
  const cause = error instanceof CommandFailed ? error.cause : null;
  return cause instanceof ConnFailed && cause.code === "reset";
}

/** CNAPT can only reset: by then it has said that the connection is there. */
function wordsForReset(target: string, cause: unknown): CommandFailed {
  return new CommandFailed(
    `Cannot relay ${target}: the connection was reset. If that was at once: does the server behind ` +
      `${target} run on SNAPT's side? CNAPT's log says more`,
    { cause },
  );
}

/** @throws {UsageError} it has something in it that no name and no address has */
function checkWord(what: string, word: string): void {
  if (/^[\x21-\x7e]+$/.test(word)) return;
  throw new UsageError(
    `Cannot ${what} "${word}": it is neither a name nor HOST:PORT (no spaces are in either)`,
  );
}

function fallbackOf(text: string | null): HostPort | null {
  try {
    return text === null ? null : parseTarget(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --fallback: ${detail}`, { cause });
  }
}

/** What to do about a CNAPT that does not run. */
function withRemedy(error: CommandFailed, configFile: string): CommandFailed {
  if (!(error instanceof StatusUnreachable) || error.kind !== "absent") return error;
  const file = resolve(configFile);
  const word = /\s/.test(file) ? `"${file}"` : file;
  return new CommandFailed(`${error.message} This starts it: cnapt --config ${word}`, {
    cause: error,
    exit: "notRunning",
  });
}

async function goStraight(target: HostPort): Promise<ByteConn> {
  try {
    return await dial(target, { kind: "any" }, { signal: AbortSignal.timeout(STRAIGHT_MS) });
  } catch (cause) {
    throw failed(`reach ${formatHostPort(target)}`, cause, "noNetwork");
  }
}

async function answered(entrance: Entrance, request: StdioRequest): Promise<Uint8Array> {
  try {
    return await askCnapt(entrance, request);
  } catch (error) {
    throw failed(`reach ${request.target}`, error, "failed");
  }
}

/** Relays until both directions have ended, or until a signal, which then ends the program. */
async function relay(conn: ByteConn, rest: Uint8Array, target: string): Promise<void> {
  const parting = new PartingSignal();
  const streams = new StdioStreams(conn);
  const relaying = streams.relay(rest).then(
    () => ({ kind: "ended" } as const),
    (error: unknown) => ({ kind: "broken", error } as const),
  );
  const asked = parting.asked.then((signal) => ({ kind: "asked", signal } as const));
  try {
    let outcome = await Promise.race([relaying, asked]);
    if (outcome.kind === "broken" && outcome.error instanceof ReaderGone) {
      outcome = await within(HANGUP_MS, asked) ?? outcome;
    }
    switch (outcome.kind) {
      case "ended":
        return;
      case "broken":
        throw failed(`relay ${target}`, outcome.error, "failed");
      case "asked": {
        const last = await within(PARTING_MS, relaying);
        if (last?.kind === "ended") return;
        streams.stopInput(); // it is cut off, and so the signal is what ends this
        await within(PARTING_MS, relaying);
        conn.close();
        return parting.die(outcome.signal);
      }
    }
  } finally {
    parting.close();
    conn.close();
  }
}

/** Null: it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const done = new AbortController();
  try {
    return await Promise.race([work, pauseFor(ms, done.signal).then(() => null)]);
  } finally {
    done.abort();
  }
}

function failed(what: string, cause: unknown, exit: "failed" | "noNetwork"): CommandFailed {
  if (cause instanceof CommandFailed) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandFailed(`Cannot ${what}: ${reason}`, { cause, exit });
}
