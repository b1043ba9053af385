/** What the programs tell, and docs/grafana, as Prometheus's own checks see them. */
import { load } from "js-yaml";
import { readMetrics } from "../../lib/status/metric.ts";
import { CNAPT_METRICS } from "../../lib/status/cnapt_metrics.ts";
import { metricsText } from "../../lib/status/metrics_text.ts";
import { RELAY_METRICS } from "../../lib/status/relay_metrics.ts";
import { SNAPT_METRICS } from "../../lib/status/snapt_metrics.ts";
import { assert, assertEquals } from "../assert.ts";
import { lacksProgram } from "../lacks_program.ts";
import { inFolder } from "../temporary_folder.ts";
import {
  cnaptMeasured,
  measuredSite,
  relayMeasured,
  snaptMeasured,
} from "../unit/status/kit/measured.ts";
import { expressionsOf, readDashboard, variablesIn } from "./kit/dashboard.ts";
import { unknownNames } from "./kit/metric_expressions.ts";
import { promtool } from "./kit/prometheus.ts";

const GRAFANA = new URL("../../docs/grafana/", import.meta.url);
const ALERTS = new URL("alerts.yml", GRAFANA);
const ignore = lacksProgram("promtool", "the checks of metrics and rules by Prometheus");

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

async function alerts(): Promise<Rules["groups"][number]["rules"]> {
  const { groups } = load(await Deno.readTextFile(ALERTS)) as Rules;
  return groups.flatMap(({ rules }) => rules);
}

for (
  const [name, metrics] of Object.entries({
    cnapt: readMetrics(CNAPT_METRICS, cnaptMeasured([measuredSite({ roundTripMs: 31 })])),
    snapt: readMetrics(SNAPT_METRICS, snaptMeasured()),
    relay: readMetrics(RELAY_METRICS, relayMeasured()),
  })
) {
  Deno.test(`promtool has nothing against the metrics of ${name}`, { ignore }, async () => {
    const { isFine, said } = await promtool(["check", "metrics"], metricsText(metrics));
    assert(isFine && said === "", said);
  });

  Deno.test(`each metric of ${name} has its labels, and a family of its own`, () => {
    for (const { name, labels, readings } of metrics) {
      for (const { of } of readings) assertEquals(of.length, labels.length, name);
    }
    const families = metrics.map(({ name }) => name.replace(/_(total|info)$/, ""));
    assertEquals(families.length, new Set(families).size);
  });
}

Deno.test("promtool takes the alert rules, and each asks for what the programs tell", {
  ignore,
}, async () => {
  const { isFine, said } = await promtool(["check", "rules", ALERTS.pathname]);
  assert(isFine, said);
  for (const { alert, expr } of await alerts()) assertEquals(unknownNames(expr), [], alert);
  assertEquals(unknownNames('cnapt_nothing{wrong="x"}'), [
    "no metric cnapt_nothing",
    "no label wrong",
  ]);
  assertEquals(unknownNames("sum by (peer) (cnapt_switch_stall_seconds)").length, 2);
});

Deno.test(
  "an alert comes when it should, and not before",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const file = `${folder}/alerts_test.yml`;
      const series = (series: string, values: string) => ({ series, values });
      const alertsAt = (at: string, alertname: string, exp_alerts: readonly object[]) => ({
        ...{ eval_time: at, alertname, exp_alerts },
      });
      const away = {
        exp_labels: { severity: "critical", instance: "a:1", site: "home" },
        exp_annotations: {
          summary: "a:1 is not connected to home",
          description: "`cnapt status` there says why, `cnapt doctor` what to do.",
        },
      };
      const down = {
        exp_labels: { severity: "critical", job: "snapt", instance: "b:1" },
        exp_annotations: {
          summary: "The snapt at b:1 does not answer",
          description: "Does it run, and can Prometheus reach the address of `metrics:`?",
        },
      };
      const stalls = {
        exp_labels: { severity: "warning", instance: "a:1", site: "home" },
        exp_annotations: {
          summary: "Connections to home stall for 9.5s when a:1 changes the network",
          description:
            "A second network that is up before the first one goes makes the pause short: " +
            "`standby: always`.",
        },
      };
      const bucket = (le: string) =>
        `cnapt_switch_stall_seconds_bucket{instance="a:1",site="home",kind="sudden",le="${le}"}`;
      await Deno.writeTextFile(
        file,
        JSON.stringify({
          rule_files: [ALERTS.pathname],
          tests: [{
            interval: "1m",
            input_series: [
              series('cnapt_session_up{instance="a:1",site="home"}', "1 1 0 0 0 0 0 1 1x120"),
              series('up{job="snapt",instance="b:1"}', "1 0 0 0 0 1x120"),
              series('up{job="other",instance="c:1"}', "0x120"),
              series(bucket("5.0"), "0x120"),
              series(bucket("10.0"), "0+1x120"),
              series(bucket("+Inf"), "0+1x120"),
            ],
            alert_rule_test: [
              alertsAt("3m", "CnaptSiteNotConnected", []),
              alertsAt("5m", "CnaptSiteNotConnected", [away]),
              alertsAt("9m", "CnaptSiteNotConnected", []),
              alertsAt("2m", "CnaptOrSnaptDown", []),
              alertsAt("4m", "CnaptOrSnaptDown", [down]),
              alertsAt("90m", "CnaptSwitchesStall", [stalls]),
            ],
          }],
        }),
      );
      const { isFine, said } = await promtool(["test", "rules", file]);
      assert(isFine, said);
    }),
);

Deno.test("Prometheus takes the configuration that is shown", { ignore }, async () => {
  const file = new URL("prometheus.yml", GRAFANA).pathname;
  const { isFine, said } = await promtool(["check", "config", file]);
  assert(isFine, said);
});

Deno.test("the dashboard has panels that do not overlap, each with what it asks and whom", async () => {
  const { title, uid, schemaVersion, panels, templating } = await readDashboard();
  assert(title !== "" && /^[\w-]{1,40}$/.test(uid) && schemaVersion >= 30);
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, type, gridPos: { x, y, w, h }, datasource, targets } of panels) {
    assert(w > 0 && h > 0 && x >= 0 && x + w <= 24, title);
    for (let column = x; column < x + w; column += 1) {
      for (let line = y; line < y + h; line += 1) {
        const at = `${column} ${line}`;
        assert(!taken.has(at), `${title} is over ${taken.get(at)}`);
        taken.set(at, title);
      }
    }
    if (type === "row") continue;
    assertEquals(datasource, { type: "prometheus", uid: "${datasource}" }, title);
    assert(targets !== undefined && targets.length > 0, title);
    assertEquals(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const target of targets) {
      assertEquals(target.datasource, datasource, title);
      assert(target.legendFormat !== "", title);
    }
  }
  const known = new Set(templating.list.map(({ name }) => name));
  assert(templating.list.some(({ type }) => type === "datasource"));
  for (const name of variablesIn(JSON.stringify(panels))) assert(known.has(name), name);
});

Deno.test("every expression of the dashboard parses, and asks for what the programs tell", {
  ignore,
}, () =>
  inFolder(async (folder) => {
    const dashboard = await readDashboard();
    const expressions = expressionsOf(dashboard);
    for (const expr of expressions) assertEquals(unknownNames(expr), [], expr);
    const asked = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    for (const definition of asked) {
      const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      assertEquals(unknownNames(`${metric}{${label}="x"}`), [], definition);
    }
    const legends = dashboard.panels.flatMap(({ targets }) => targets ?? []).flatMap((target) =>
      [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) =>
        unknownNames(`${target.expr.replaceAll(/\b(by)\s*\([^)]*\)/g, "")} by (${label})`)
      )
    );
    assertEquals(legends.flat(), []);
    // Rules are what promtool parses.
    const rules = expressions.map((expr, index) => ({ record: `checked:${index}`, expr }));
    const file = `${folder}/expressions.yml`;
    await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    const { isFine, said } = await promtool(["check", "rules", file]);
    assert(isFine, said);
  }));
