import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";

/**
 * Keeps strangers away from the status endpoint. It listens on loopback, but any page in a
 * browser on this machine can send requests there: so the Host must be one that means loopback
 * (against DNS rebinding), a foreign Origin is refused, and changing anything needs one of `tokens`.
 */
export function guard(
  program: "cnapt" | "snapt" | "snapt-relay",
  tokens: () => readonly string[],
): MiddlewareHandler {
  return async (c, next) => {
    c.header("server", program); // by which the commands know whom they have reached
    if (!isLoopbackHost(c.req.header("host") ?? "")) {
      return refuse(c, 403, "Cannot serve this Host: ask for 127.0.0.1 or localhost");
    }
    const origin = c.req.header("origin");
    if (origin !== undefined && !isLoopbackHost(hostOfOrigin(origin))) {
      return refuse(c, 403, "Cannot serve a page of another origin");
    }
    if (!isReading(c.req.method) && !hasToken(c, tokens())) {
      return refuse(c, 401, "Cannot change anything: the token is missing or wrong");
    }
    return await next();
  };
}

function refuse(c: Context, code: 401 | 403, error: string): Response {
  return c.json({ error }, code);
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function hasToken(c: Context, tokens: readonly string[]): boolean {
  const given = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  return isOneOfTokens(given, tokens);
}

/** Compares in a time that tells nothing. */
export function isOneOfTokens(given: string, tokens: readonly string[]): boolean {
  const digested = digest(given);
  return tokens.filter((token) => timingSafeEqual(digested, digest(token))).length > 0;
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
