import {
  httpError,
  httpOutcome,
  MAX_HTTP_HEAD_BYTES,
  readAuthority,
  readHttpConnect,
} from "../../core/proxy/http_connect.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { type Negotiate, ProxyRefusal, RequestBytes } from "./proxy_request.ts";

const PHRASES = { 400: "Bad Request", 405: "Method Not Allowed", 431: "Header Too Large" } as const;

/** What stands behind CONNECT, judged; throws `ProxyRefusal` for what is not wanted. */
export type JudgeTarget = (
  target: string,
  fields: ReadonlyMap<string, string>,
) => { readonly target: StreamTarget; readonly site: string | null };

/** HTTP CONNECT up to its empty line. */
export function negotiateHttp(judge: JudgeTarget): Negotiate {
  return async (conn) => {
    const bytes = new RequestBytes(conn, MAX_HTTP_HEAD_BYTES);
    while (await bytes.more()) {
      const request = readHttpConnect(bytes.all);
      if (request.kind === "incomplete") continue;
      if (request.kind === "malformed") {
        const { status, reason } = request;
        throw new ProxyRefusal(reason, httpError(status, PHRASES[status], reason));
      }
      const { target, site } = judge(request.target, request.fields);
      return {
        kind: "open",
        target,
        site,
        rest: bytes.all.slice(request.bytes),
        answer: httpOutcome,
      };
    }
    return null;
  };
}

/** What a proxy for everybody on this machine takes: a host and a port. */
export const judgeAuthority: JudgeTarget = (text: string): ReturnType<JudgeTarget> => {
  const authority = readAuthority(text);
  if (authority !== null) return { target: { kind: "destination", ...authority }, site: null };
  throw refuse(400, "Bad Request", `${text.slice(0, 80)} is no HOST:PORT`);
};

/** A refusal in the language of HTTP. */
export function refuse(status: number, phrase: string, reason: string): ProxyRefusal {
  return new ProxyRefusal(reason, httpError(status, phrase, reason));
}
