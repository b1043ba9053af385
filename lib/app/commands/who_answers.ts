import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dial } from "../../net/dial.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { withinLimit } from "../../relay/run/time_limit.ts";
import { passOnOurs } from "../../relay/run/whose_fault.ts";

/** Who answers where SNAPT should. */
export type Answerer =
  /** A SNAPT with `security: none`. */
  | { readonly kind: "plainSnapt" }
  /** `redirect`: where it sends browsers, as captive portals do. */
  | { readonly kind: "webServer"; readonly redirect: string | null }
  | { readonly kind: "ssh" }
  | { readonly kind: "other" };

const GREETING_MS = 1_000;
const ANSWER_MS = 3_000;
const MOST_BYTES = 2_048;
const MOST_REDIRECT_CHARS = 200;

/** Asks, when somebody answered who is not the SNAPT of a code: first without TLS, then with it. */
export async function whoAnswers(address: HostPort, signal: AbortSignal): Promise<Answerer> {
  const greeting = await hear(address, { secure: false, ask: false }, signal);
  if (greeting.startsWith("SNPT")) return { kind: "plainSnapt" };
  if (greeting.startsWith("SSH-")) return { kind: "ssh" };
  for (const secure of [false, true]) {
    const answer = await hear(address, { secure, ask: true }, signal);
    if (answer.startsWith("HTTP/")) return { kind: "webServer", redirect: redirectOf(answer) };
  }
  return { kind: "other" };
}

function redirectOf(answer: string): string | null {
  const target = /^location:[ \t]*(\S+)/im.exec(answer)?.[1];
  return target === undefined ? null : target.slice(0, MOST_REDIRECT_CHARS);
}

/** What comes there, to a question for a web server or by itself; empty: nothing. */
async function hear(
  address: HostPort,
  { secure, ask }: { readonly secure: boolean; readonly ask: boolean },
  signal: AbortSignal,
): Promise<string> {
  const limit = { clock: SYSTEM_CLOCK, ms: ask ? ANSWER_MS : GREETING_MS, signal };
  try {
    return await withinLimit(limit, async (limited) => {
      const tls = secure ? { tls: { ca: null, serverName: null } } : {};
      const conn = await dial(address, { kind: "any" }, { signal: limited, ...tls });
      const abort = () => conn.reset();
      limited.addEventListener("abort", abort, { once: true });
      try {
        limited.throwIfAborted();
        if (ask) await conn.write(request(address));
        return await beginningOf(conn, ask);
      } finally {
        limited.removeEventListener("abort", abort);
        conn.close();
      }
    });
  } catch (error) {
    passOnOurs(error); // whoever does not answer says nothing
    return "";
  }
}

function request(address: HostPort): Uint8Array {
  const host = formatHostPort(address);
  return new TextEncoder().encode(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
}

/** The first bytes, or the head of an answer. */
async function beginningOf(conn: ByteConn, isHead: boolean): Promise<string> {
  const buffer = new Uint8Array(MOST_BYTES);
  let text = "";
  while (text.length < MOST_BYTES) {
    const count = await conn.read(buffer);
    if (count === null) break;
    text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
    if (!isHead || text.includes("\r\n\r\n")) break;
  }
  return text;
}
