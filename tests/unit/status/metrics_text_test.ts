import { countsOf, inSeconds, only } from "../../../lib/status/metric.ts";
import { metricsText } from "../../../lib/status/metrics_text.ts";
import { assertEquals } from "../../assert.ts";

const HISTOGRAM = {
  ...{ name: "w_seconds", help: "How long w took.", kind: "histogram", labels: ["of"] } as const,
  readings: [{ of: ["x"], value: { bounds: [0.5, 1], upTo: [1, 3], count: 4, sum: 7.5 } }],
};

Deno.test("metrics are lines of the text format, and what is not known is left out", () => {
  const text = metricsText([
    {
      ...{ name: "a_bytes", help: "What a has.", kind: "gauge", labels: [] },
      readings: only(5),
    },
    {
      ...{ name: "b_total", help: "What b did.", kind: "counter", labels: ["reason"] },
      readings: [...countsOf({ late: 1, full: 0 }), { of: ["x"], value: null }],
    },
    { name: "c", help: "Not known.", kind: "gauge", labels: [], readings: only(null) },
    { name: "d", help: "There is none.", kind: "gauge", labels: [], readings: [] },
    HISTOGRAM,
  ]);
  assertEquals(
    text,
    "# HELP a_bytes What a has.\n# TYPE a_bytes gauge\na_bytes 5\n" +
      '# HELP b_total What b did.\n# TYPE b_total counter\nb_total{reason="late"} 1\n' +
      'b_total{reason="full"} 0\n' +
      "# HELP w_seconds How long w took.\n# TYPE w_seconds histogram\n" +
      'w_seconds_bucket{of="x",le="0.5"} 1\nw_seconds_bucket{of="x",le="1.0"} 3\n' +
      'w_seconds_bucket{of="x",le="+Inf"} 4\n' +
      'w_seconds_sum{of="x"} 7.5\nw_seconds_count{of="x"} 4\n',
  );
});

Deno.test("in OpenMetrics a family has its name without the ending, a unit, and the text an end", () => {
  const text = metricsText([
    {
      ...{ name: "a_bytes_total", help: "What a did.", kind: "counter", labels: [] },
      readings: only(5),
    },
    {
      name: "b_info",
      help: "What b is.",
      kind: "info",
      labels: ["v"],
      readings: countsOf({ x: 1 }),
    },
    { ...HISTOGRAM, readings: [] },
  ], "openmetrics");
  assertEquals(
    text,
    "# HELP a_bytes What a did.\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\na_bytes_total 5\n" +
      '# HELP b What b is.\n# TYPE b info\nb_info{v="x"} 1\n# EOF\n',
  );
});

Deno.test("names of people's things are written as labels are", () => {
  const readings = [{ of: ['a"b\\c\nd'], value: inSeconds(1_500) }];
  const text = metricsText([{ name: "x", help: "X.", kind: "gauge", labels: ["site"], readings }]);
  assertEquals(text.split("\n")[2], 'x{site="a\\"b\\\\c\\nd"} 1.5');
  assertEquals(inSeconds(null), null);
});
