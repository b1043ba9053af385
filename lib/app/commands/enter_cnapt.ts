import { parseHostPort } from "../../config/host_port.ts";
import { COMMAND_PASS_MS, passFor } from "../../config/status_token.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dial } from "../../net/dial.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { ExitReason } from "../program/exit_code.ts";
import { type StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";

const MAX_ANSWER_BYTES = 16 * 1024;
/** The running CNAPT takes a connection at once. */
const DIAL_MS = 5_000;

/** A connection to the running CNAPT on which nothing was said yet. */
export interface Entrance {
  readonly conn: ByteConn;
  readonly status: StatusClient;
  /** Where CNAPT took it: each run has another place. */
  readonly address: string;
  readonly document: CnaptDocument;
  readonly token: string;
}

/**
 * Connects to the CNAPT that runs.
 *
 * @throws {StatusUnreachable} it does not run
 * @throws {CommandFailed} it cannot be entered
 */
export async function enterCnapt(cnapt: AskedCnapt): Promise<Entrance> {
  const status = runningCnapt(cnapt);
  const document: CnaptDocument = JSON.parse(await status.get("/status.json"));
  const { stdio: address } = document;
  if (address === null) throw new CommandFailed("Cannot enter CNAPT: it is still starting");
  const signal = AbortSignal.timeout(DIAL_MS);
  const conn = await dial(parseHostPort(address), { kind: "any" }, { signal });
  return { conn, status, address, document, token: cnapt.access.token ?? "" };
}

/**
 * Asks CNAPT for `target`; what came behind its answer.
 *
 * @throws {CommandFailed} what the answer says if it is not good
 */
export async function askCnapt(
  { conn, token }: Entrance,
  { target, site }: { readonly target: string; readonly site: string | null },
): Promise<Uint8Array> {
  const field = site === null ? "" : `CNAPT-Site: ${site}\r\n`;
  const pass = passFor(token, Date.now() + COMMAND_PASS_MS);
  const head = `CONNECT ${target} HTTP/1.1\r\nAuthorization: Bearer ${pass}\r\n${field}\r\n`;
  await conn.write(new TextEncoder().encode(head));
  const bytes = new Uint8Array(MAX_ANSWER_BYTES);
  for (let length = 0; length < bytes.length;) {
    const count = await conn.read(bytes.subarray(length));
    length += count ?? 0;
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, length));
    const end = text.indexOf("\r\n\r\n") + 4;
    if (end >= 4 && text.startsWith("HTTP/1.1 200 ")) return bytes.subarray(end, length);
    if (count !== null) continue;
    const reason = end < 4 ? "CNAPT hung up" : text.slice(end).trim();
    throw new CommandFailed(`Cannot reach ${target}: ${reason}`, { exit: exitOf(text) });
  }
  throw new CommandFailed(`Cannot reach ${target}: CNAPT's answer is too long`);
}

/**
 * Makes sure that the end of a connection was its end: that of a CNAPT which was killed looks the
 * same.
 *
 * @throws {CommandFailed} this CNAPT does not run any more
 */
export async function confirmEnd({ status, address }: Entrance, target: string): Promise<void> {
  try {
    const document: CnaptDocument = JSON.parse(await status.get("/status.json"));
    if (document.stdio === address) return;
  } catch (error) {
    if (!(error instanceof StatusUnreachable)) throw error;
    if (error.kind === "silent") return; // it is there, and busy
  }
  throw new CommandFailed(
    `Cannot tell whether all of ${target} arrived: CNAPT ended before the connection did`,
  );
}

/** The site that CNAPT will take; null: none that is known. */
export function siteTaken(
  { sites }: Pick<CnaptDocument, "sites">,
  { target, site }: { readonly target: string; readonly site: string | null },
): string | null {
  const all = Object.entries(sites);
  if (site !== null) return Object.hasOwn(sites, site) ? site : null;
  const [only] = all;
  if (only !== undefined && all.length === 1) return only[0];
  const offering = all.find(([, { services }]) => services.some(({ name }) => name === target));
  return (offering ?? all.find(([, { services }]) => services.length === 0))?.[0] ?? null;
}

/** What CNAPT's answer means to a script: not allowed, no answer in time, or anything else. */
function exitOf(answer: string): ExitReason {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  return status === "403" ? "refused" : status === "504" ? "unanswered" : "failed";
}
