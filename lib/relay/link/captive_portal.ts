import type { Provider } from "../network/provider.ts";
import { type TimeLimit, withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { LinkDialer } from "./link_dialer.ts";

/** What a web server would answer: it is asked for nothing in particular. */
const REQUEST = new TextEncoder().encode("HEAD / HTTP/1.0\r\n\r\n");
const ANSWER_LIMIT_MS = 3_000;

/**
 * Whether a web server answers in SNAPT's place, as a captive portal does: it takes every
 * connection and speaks HTTP.
 */
export async function isWebServer(
  dialer: LinkDialer,
  provider: Provider,
  limit: Omit<TimeLimit, "ms">,
): Promise<boolean> {
  try {
    return await withinLimit(
      { ...limit, ms: ANSWER_LIMIT_MS },
      (signal) => speaksHttp(dialer, provider, signal),
    );
  } catch (error) {
    passOnOurs(error); // whoever does not answer speaks no HTTP
    return false;
  }
}

async function speaksHttp(
  dialer: LinkDialer,
  provider: Provider,
  signal: AbortSignal,
): Promise<boolean> {
  const conn = await dialer.connect(provider, signal);
  const abort = () => conn.reset();
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    await conn.write(REQUEST);
    const bytes = new Uint8Array(5);
    const count = await conn.read(bytes);
    return count === 5 && new TextDecoder().decode(bytes) === "HTTP/";
  } finally {
    signal.removeEventListener("abort", abort);
    conn.close();
  }
}
