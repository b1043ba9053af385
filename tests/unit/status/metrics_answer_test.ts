import { metricsAnswer, metricsForm } from "../../../lib/status/metrics_answer.ts";
import { assertEquals } from "../../assert.ts";

const PROMETHEUS = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;" +
  "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

Deno.test("OpenMetrics is for whoever would rather have it, and plain text for all others", () => {
  for (
    const [accept, form] of [
      [null, "prometheus"],
      ["", "prometheus"],
      ["*/*", "prometheus"],
      ["text/html, */*;q=0.1", "prometheus"],
      [PROMETHEUS, "openmetrics"],
      ["Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8", "openmetrics"],
      ["application/openmetrics-text", "openmetrics"],
      ["application/openmetrics-text; version=2.0.0", "prometheus"],
      ["application/openmetrics-text;q=0", "prometheus"],
      ["application/openmetrics-text;q=0.4, text/plain;q=0.5", "prometheus"],
      ["application/openmetrics-text;q=nonsense", "prometheus"],
    ] as const
  ) assertEquals(metricsForm(accept), form, `${accept}`);
});

Deno.test("an answer says which of the two it is", async () => {
  const open = metricsAnswer([], PROMETHEUS);
  assertEquals(
    [open.headers.get("content-type"), await open.text()],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "# EOF\n"],
  );
  const plain = metricsAnswer([], null);
  assertEquals(plain.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
});
