import type { LinkDialer } from "./link_dialer.ts";
import type { Provider } from "../network/provider.ts";
import type { Clock } from "../run/clock.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** What a web server would answer: it is asked for nothing in particular. */
const REQUEST = new TextEncoder().encode("HEAD / HTTP/1.0\r\n\r\n");
const ANSWER_LIMIT_MS = 3_000;

/**
 * Finds out who answers in SNAPT's place. A captive portal takes every connection: it speaks HTTP
 * where TLS is expected, or TLS with a certificate of its own.
 */
export async function describeCaptivePortal(
  dialer: LinkDialer,
  provider: Provider,
  failure: "tls" | "protocol",
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string> {
  const limit = { clock, ms: ANSWER_LIMIT_MS, signal };
  if (await withinLimit(limit, (limited) => speaksHttp(dialer, provider, limited))) {
    return "a web server answers in SNAPT's place, as a captive portal does";
  }
  return failure === "tls"
    ? "TLS answers with another certificate than SNAPT's, as a captive portal does"
    : "somebody answers who is not our SNAPT";
}

async function speaksHttp(
  dialer: LinkDialer,
  provider: Provider,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const conn = await dialer.connect(provider, signal);
    const abort = () => conn.close();
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
  } catch (error) {
    passOnOurs(error); // whoever does not answer speaks no HTTP
    return false;
  }
}
