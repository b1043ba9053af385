import type { ReadMetric } from "./metric.ts";
import { METRICS_TYPE, type MetricsForm, metricsText } from "./metrics_text.ts";

/** Answers with `metrics` in the form that the client would rather have. */
export function metricsAnswer(metrics: readonly ReadMetric[], accept: string | null): Response {
  const form = metricsForm(accept);
  return new Response(metricsText(metrics, form), {
    headers: { "content-type": METRICS_TYPE[form] },
  });
}

/** OpenMetrics for whoever names it in the header Accept, and does not like plain text better. */
export function metricsForm(accept: string | null): MetricsForm {
  let [open, plain] = [0, 0];
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const { version = "1.0.0", q = "1" } = Object.fromEntries(
      parameters.map((parameter) => parameter.split("=", 2)),
    );
    const weight = Number(q);
    if (type === "application/openmetrics-text" && version === "1.0.0") {
      open = Math.max(open, weight);
    } else if (type === "text/plain") plain = Math.max(plain, weight);
  }
  return open > 0 && open >= plain ? "openmetrics" : "prometheus";
}
