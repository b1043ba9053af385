/** The answer of a device to one question by HTTP/1.1 (RFC 9112). */

export type HttpAnswer =
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly words: string }
  | { readonly kind: "answer"; readonly status: number; readonly body: string };

const END_OF_HEAD = "\r\n\r\n";
/** No head of a device is as long. */
const MAX_HEAD_BYTES = 16 * 1024;

/** Reads all that has come so far; `isEnd`: nothing more will. */
export function readHttpAnswer(bytes: Uint8Array, isEnd: boolean): HttpAnswer {
  const head = latin1(bytes.subarray(0, MAX_HEAD_BYTES));
  const begin = "HTTP/1.";
  if (!head.startsWith(begin.slice(0, head.length))) return malformed("it speaks no HTTP");
  const end = head.indexOf(END_OF_HEAD);
  if (end < 0) {
    if (isEnd) return malformed("it ends in the middle");
    return bytes.length < MAX_HEAD_BYTES ? { kind: "incomplete" } : malformed("it has no end");
  }
  const [line = "", ...fields] = head.slice(0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1] ?? 0);
  if (status < 200) return malformed("it speaks no HTTP"); // nobody has asked for 100 (continue)
  const body = bytes.subarray(end + END_OF_HEAD.length);
  if (/\bchunked\b/i.test(field(fields, "transfer-encoding") ?? "")) {
    return unchunked(body, { status, isEnd });
  }
  const length = field(fields, "content-length");
  if (length !== null && !/^\d{1,9}$/.test(length)) return malformed("its length is no number");
  if (length !== null && body.length >= Number(length)) {
    return { kind: "answer", status, body: utf8(body.subarray(0, Number(length))) };
  }
  if (!isEnd) return { kind: "incomplete" };
  if (length !== null) return malformed("it ends in the middle");
  return { kind: "answer", status, body: utf8(body) };
}

function unchunked(
  bytes: Uint8Array,
  { status, isEnd }: { readonly status: number; readonly isEnd: boolean },
): HttpAnswer {
  const parts: Uint8Array[] = [];
  for (let at = 0;;) {
    const line = /^([0-9a-f]{1,7})[^\r\n]{0,200}\r\n/i.exec(latin1(bytes.subarray(at, at + 256)));
    if (line === null) {
      if (bytes.length - at >= 256) return malformed("its parts have no length");
      return isEnd ? malformed("it ends in the middle") : { kind: "incomplete" };
    }
    const from = at + line[0].length;
    const length = parseInt(line[1] ?? "", 16);
    if (length === 0) return { kind: "answer", status, body: parts.map(utf8).join("") };
    if (bytes.length < from + length + 2) {
      return isEnd ? malformed("it ends in the middle") : { kind: "incomplete" };
    }
    parts.push(bytes.subarray(from, from + length));
    at = from + length + 2;
  }
}

function field(fields: readonly string[], name: string): string | null {
  const found = fields.find((one) => one.toLowerCase().startsWith(`${name}:`));
  return found === undefined ? null : found.slice(name.length + 1).trim();
}

function malformed(words: string): HttpAnswer {
  return { kind: "malformed", words };
}

/** What a device says in another encoding is read all the same: the tags are ASCII. */
function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

const ASCII = new TextDecoder("latin1");

function latin1(bytes: Uint8Array): string {
  return ASCII.decode(bytes);
}
