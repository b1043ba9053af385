import type { ByteConn } from "./byte_conn.ts";
import { chunk, LAST_CHUNK, type PushSource, sourceOf } from "./pushed_body.ts";

/** To whom an answer goes. */
export interface ResponseReader {
  readonly version: "1.0" | "1.1";
  readonly method: string;
  /** Aborted when nobody reads any more. */
  readonly gone: AbortSignal;
}

/**
 * Writes an answer (RFC 9112); after it the connection has served. In chunks, since how long it gets
 * is not known before; an old client takes the end of the connection for the end of the answer. Of
 * a body that is pushed only what stands before it: the source is what remains to be written.
 *
 * @throws {ConnFailed} the connection broke
 */
export async function writeResponse(
  conn: ByteConn,
  response: Response,
  { version, method, gone }: ResponseReader,
): Promise<PushSource | null> {
  const { body, status } = response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("connection", "close");
  const isChunked = body !== null && version === "1.1";
  if (isChunked) headers.set("transfer-encoding", "chunked");
  if (body === null && status !== 204 && status !== 304) headers.set("content-length", "0");
  const fields = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  try {
    await conn.write(encode(`HTTP/1.1 ${status} \r\n${fields}\r\n`));
  } catch (error) {
    await body?.cancel();
    throw error;
  }
  if (body === null) return null;
  if (method === "HEAD") {
    await body.cancel();
    return null;
  }
  const source = sourceOf(body);
  if (source !== null) return source;
  await writeBody(conn, body, { isChunked, gone });
  return null;
}

async function writeBody(
  conn: ByteConn,
  body: ReadableStream<Uint8Array>,
  { isChunked, gone }: { readonly isChunked: boolean; readonly gone: AbortSignal },
): Promise<void> {
  const reader = body.getReader();
  const cancel = () => reader.cancel().catch(reportError);
  gone.addEventListener("abort", cancel, { once: true });
  if (gone.aborted) cancel();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > 0) await conn.write(isChunked ? chunk(value) : value);
    }
    if (isChunked && !gone.aborted) await conn.write(LAST_CHUNK);
  } catch (error) {
    cancel();
    throw error;
  } finally {
    gone.removeEventListener("abort", cancel);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
