import { countsOf, inSeconds, metricsText, samplesOf } from "../../../lib/status/metrics_text.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("metrics are lines of the text format, and what is not known is left out", () => {
  const text = metricsText([
    { name: "a_bytes", help: "What a has.", kind: "gauge", samples: [{ value: 5 }] },
    {
      name: "b_total",
      help: "What b did.",
      kind: "counter",
      samples: [...countsOf("reason", { late: 1, full: 0 }), { labels: { of: "x" }, value: null }],
    },
    { name: "c", help: "Nothing is known of it.", kind: "gauge", samples: [{ value: null }] },
    { name: "d", help: "There is none.", kind: "gauge", samples: [] },
  ]);
  assertEquals(
    text,
    "# HELP a_bytes What a has.\n# TYPE a_bytes gauge\na_bytes 5\n" +
      '# HELP b_total What b did.\n# TYPE b_total counter\nb_total{reason="late"} 1\n' +
      'b_total{reason="full"} 0\n',
  );
});

Deno.test("names of people's things are written as labels are", () => {
  const samples = samplesOf("site", ['a"b\\c\nd'], (name) => name, () => inSeconds(1_500));
  const text = metricsText([{ name: "x", help: "X.", kind: "gauge", samples }]);
  assertEquals(text.split("\n")[2], 'x{site="a\\"b\\\\c\\nd"} 1.5');
  assertEquals(inSeconds(null), null);
});
