/**
 * One question by HTTP/1.1 (RFC 9112) to a device of the own network, such as a router, which nobody
 * has reason to trust: plain, to an address in numbers, without a proxy, no redirection is followed,
 * and no more is read than `maxBytes`.
 */
import { type HttpAnswer, readHttpAnswer } from "../core/mapping/http_answer.ts";
import { ConnFailed } from "./conn_failed.ts";
import { dial } from "./dial.ts";
import { formatAddress } from "./socket_address.ts";

export interface HttpQuestion {
  /** In numbers. */
  readonly host: string;
  readonly port: number;
  readonly method: "GET" | "POST";
  /** With its question mark. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** As many bytes an answer has at most, its head included. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * @throws {ConnFailed} nobody answers, it is no HTTP, or too long
 * @throws {DOMException} the reason of `signal`
 */
export async function askHttp(question: HttpQuestion): Promise<HttpAnswer & { kind: "answer" }> {
  const { host, port, signal, maxBytes } = question;
  const conn = await dial({ host, port }, { kind: "any" }, { signal });
  const drop = () => conn.reset();
  signal.addEventListener("abort", drop, { once: true });
  try {
    signal.throwIfAborted();
    await conn.write(encoded(question));
    const bytes = new Uint8Array(maxBytes);
    let length = 0;
    for (;;) {
      const count = await conn.read(bytes.subarray(length));
      length += count ?? 0;
      const answer = readHttpAnswer(bytes.subarray(0, length), count === null);
      if (answer.kind === "answer") return answer;
      if (answer.kind === "malformed") throw broken(host, answer.words);
      if (length === maxBytes) throw broken(host, `it says more than ${maxBytes} bytes`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
    conn.reset();
  }
}

function encoded({ host, port, method, path, headers, body }: HttpQuestion): Uint8Array {
  const payload = new TextEncoder().encode(body);
  const fields = Object.entries({
    Host: formatAddress(host, port),
    ...headers,
    "Content-Length": method === "POST" ? String(payload.length) : undefined,
    Connection: "close",
  }).flatMap(([name, value]) => value === undefined ? [] : [`${name}: ${value}\r\n`]).join("");
  const head = new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\n${fields}\r\n`);
  const whole = new Uint8Array(head.length + payload.length);
  whole.set(head);
  whole.set(payload, head.length);
  return whole;
}

function broken(host: string, words: string): ConnFailed {
  return new ConnFailed("other", `Cannot read the answer of ${host}: ${words}`);
}
