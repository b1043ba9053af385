import type { Clock } from "../relay/run/clock.ts";
import { FrequencyLimit } from "../relay/run/frequency_limit.ts";
import { pause } from "../relay/run/pause.ts";
import type { ReadMetric } from "./metric.ts";
import { metricsForm } from "./metrics_answer.ts";
import { METRICS_TYPE, type MetricsForm, metricsText } from "./metrics_text.ts";

/** What a program gives to those who watch it from other machines. */
export interface MetricsContext {
  metrics(): readonly ReadMetric[];
  /** Why nobody is to be sent here, completes "not ready: …"; null: it is ready. */
  whyNotReady(): string | null;
  readonly clock: Clock;
  /** Takes in a mistake of ours that happened while a request was answered. */
  mistake(error: unknown): void;
}

/**
 * Whoever asks again within that time gets the same text. Less than anybody's interval: of one that is
 * as long every second answer would be an old one.
 */
const KEPT_MS = 250;

/** More than any collectors and balancers want; who asks faster waits, and so do those beside him. */
const FASTEST = { atOnce: 40, perSecond: 20 };

/** No browser keeps what it got, or takes it for anything else. */
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/**
 * Answers on the address that is for collectors of metrics and for balancers, which may be one that
 * strangers reach: it shows numbers and takes nothing, and asks nobody who he is.
 */
export function metricsApp(context: MetricsContext): (request: Request) => Promise<Response> {
  const { clock } = context;
  const limit = new FrequencyLimit(clock, FASTEST);

  const kept = new Map<MetricsForm, { readonly at: number; readonly text: string }>();
  const textIn = (form: MetricsForm): string => {
    const [last, now] = [kept.get(form), clock.now()];
    if (last !== undefined && now - last.at < KEPT_MS) return last.text;
    const text = metricsText(context.metrics(), form);
    kept.set(form, { at: now, text });
    return text;
  };
  const answer = (request: Request): Response => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return said(405, "Cannot do that: there is only reading here", { allow: "GET, HEAD" });
    }
    switch (new URL(request.url).pathname) {
      case "/metrics": {
        const form = metricsForm(request.headers.get("accept"));
        return new Response(textIn(form), { headers: { "content-type": METRICS_TYPE[form] } });
      }
      case "/healthz":
        return said(200, "alive");
      case "/readyz": {
        const why = context.whyNotReady();
        return why === null ? said(200, "ready") : said(503, `not ready: ${why}`);
      }
      default:
        return said(404, "Cannot find that: there are /metrics, /healthz and /readyz");
    }
  };
  return async (request) => {
    const wait = limit.take();
    if (wait > 0) await pause(clock, wait, request.signal);
    if (wait > 0 && request.signal.aborted) {
      limit.giveBack(); // else who comes and goes without end would keep all others waiting
      return said(503, "Cannot answer: nobody waits for it");
    }
    try {
      const response = answer(request);
      for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
      return response;
    } catch (error) {
      context.mistake(error);
      return said(500, "Cannot answer: a mistake in the program");
    }
  };
}

function said(
  status: number,
  words: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${words}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
