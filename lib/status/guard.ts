import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler, Next } from "hono";
import { passEnd } from "../config/status_token.ts";

/** What tells nothing of what the program knows: the files of the page, and that it runs. */
const FREE = new Set(["/", "/page.js", "/page.css", "/healthz"]);

const CACHING = "cache-control";

/** Who is let in. */
export interface GuardSettings {
  /** Who knows this, or has a pass for it, may read and change. */
  readonly token: string;
  /** What may be read without it besides. */
  readonly free?: readonly string[];
  /** Where browsers see the page besides, as they say it. */
  readonly origin?: string | undefined;
  /** What the endpoint listens on where that is no loopback, as in a `Host`. */
  readonly address?: string | undefined;
  /** In ms since 1970. */
  readonly now?: () => number;
}

/**
 * Keeps strangers away from the status endpoint. It listens on loopback, but any page in a
 * browser on this machine can send requests there, and so can every user of it: so the Host must be
 * one that means loopback (against DNS rebinding), or that of `origin` or `address`, a foreign Origin
 * is refused, and reading as well as changing needs the token.
 */
export function guard(
  program: "cnapt" | "snapt" | "snapt-relay",
  { token, free = [], now = Date.now, origin: outer, address }: GuardSettings,
): MiddlewareHandler {
  const places = [outer, address === undefined ? undefined : `http://${address}`];
  // In the form in which clients say it, also of an address that was written otherwise.
  const hosts = new Set(
    places.flatMap((one) => one !== undefined && URL.canParse(one) ? [new URL(one).host] : []),
  );
  const isOurHost = (host: string) => isLoopbackHost(host) || hosts.has(host.toLowerCase());
  const open = new Set([...FREE, ...free]);
  const isFree = (c: Context) => isReading(c.req.method) && open.has(c.req.path);
  return async (c, next) => {
    c.header("server", program); // by which the commands know whom they have reached
    if (!isOurHost(c.req.header("host") ?? "")) {
      return refuse(c, 403, `Cannot serve this Host: ask for ${outer ?? "127.0.0.1 or localhost"}`);
    }
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== outer && !isLoopbackHost(hostOfOrigin(origin))) {
      return refuse(c, 403, "Cannot serve a page of another origin");
    }
    if (isFree(c)) return await answered(c, next);
    const endsAt = bearerEnd(c.req.header("authorization"), token, now());
    if (endsAt === null) {
      const what = isReading(c.req.method) ? "show this" : "change anything";
      return refuse(c, 401, `Cannot ${what}: the token is missing, wrong or too old`);
    }
    ends.set(c.req.raw, endsAt);
    return await answered(c, next);
  };
}

/** A proxy in front may keep what it was given for one and give it to all, unless it is told not to. */
async function answered(c: Context, next: Next): Promise<void> {
  await next();
  if (!c.res.headers.has(CACHING)) c.header(CACHING, "no-store");
}

function refuse(c: Context, code: 401 | 403, error: string): Response {
  return c.json({ error }, code, { [CACHING]: "no-store" });
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

const ends = new WeakMap<Request, number>();

/** Until when who asks may listen to what is answered, in ms since 1970. */
export function accessEndsAt(c: Context): number {
  return ends.get(c.req.raw) ?? Infinity;
}

/** Whether a field `Authorization` has the token, or a pass for it; in a time that tells nothing. */
export function isBearer(field: string | undefined, token: string, now: number): boolean {
  return bearerEnd(field, token, now) !== null;
}

/** Until when it has; the token itself for good. Null: it has neither. */
function bearerEnd(field: string | undefined, token: string, now: number): number | null {
  const given = /^Bearer (\S+)$/.exec(field ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(token))) return Infinity;
  return passEnd(given, token, now);
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function hostOfOrigin(origin: string): string {
  try {
    return new URL(origin).host;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return origin;
  }
}

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}
