import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { parseHostPort } from "../../config/host_port.ts";
import { cnaptStatusToken } from "../../config/status_token.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { dial } from "../../net/dial.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ExitReason } from "../program/exit_code.ts";
import { StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

const MAX_ANSWER_BYTES = 16 * 1024;
const BUFFER_BYTES = 64 * 1024;
/** The running CNAPT takes a connection at once. */
const DIAL_MS = 5_000;

/**
 * `cnapt stdio`: standard input and output are the connection, as `ssh -o ProxyCommand` wants it.
 *
 * @throws {CommandFailed} CNAPT does not run, or cannot reach what is asked for
 */
export async function cnaptStdio(
  config: CnaptConfig,
  request: { readonly target: string; readonly site: string | null },
): Promise<void> {
  const conn = await enter(config);
  const token = tokenOf(config);
  const site = request.site === null ? "" : `CNAPT-Site: ${request.site}\r\n`;
  const head =
    `CONNECT ${request.target} HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n${site}\r\n`;
  try {
    await conn.write(new TextEncoder().encode(head));
    const rest = await readAnswer(conn, request.target);
    if (rest.length > 0) await writeAll(rest);
    await Promise.all([sendInput(conn), writeOutput(conn)]);
  } catch (cause) {
    if (cause instanceof CommandFailed) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`Cannot relay ${request.target}: ${reason}`, { cause });
  } finally {
    conn.close();
  }
}

async function enter(config: CnaptConfig): Promise<ByteConn> {
  const body = await new StatusClient("CNAPT", config.status, tokenOf(config)).get("/status.json");
  const { stdio }: CnaptDocument = JSON.parse(body);
  if (stdio === null) throw new CommandFailed("Cannot enter CNAPT: it is still starting");
  const signal = AbortSignal.timeout(DIAL_MS);
  return await dial(parseHostPort(stdio), { kind: "any" }, { signal });
}

function tokenOf(config: CnaptConfig): string {
  const [first] = config.sites.values();
  if (first === undefined) throw new CommandFailed("Cannot enter CNAPT: it has no site");
  return cnaptStatusToken(first.ticket.key);
}

/** Returns what came behind the answer. Throws what the answer says if it is not good. */
async function readAnswer(conn: ByteConn, target: string): Promise<Uint8Array> {
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

/** What CNAPT's answer means to a script: not allowed, no answer in time, or anything else. */
function exitOf(answer: string): ExitReason {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  return status === "403" ? "refused" : status === "504" ? "unanswered" : "failed";
}

async function sendInput(conn: ByteConn): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const count = await Deno.stdin.read(buffer);
    if (count === null) return await conn.closeWrite();
    await conn.write(buffer.subarray(0, count));
  }
}

async function writeOutput(conn: ByteConn): Promise<void> {
  for (let bytes = await conn.readNext(); bytes !== null; bytes = await conn.readNext()) {
    await writeAll(bytes);
  }
  // Whoever reads the output is to see its end, also while the input goes on.
  Deno.stdout.close();
  if (Deno.stdin.isTerminal()) Deno.stdin.close();
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}
