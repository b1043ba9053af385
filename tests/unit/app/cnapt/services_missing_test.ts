import { ServicesMissing } from "../../../../lib/app/cnapt/services_missing.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

Deno.test("a service is missing until it has a port, or nobody announces it", () => {
  const log = new TestLog();
  const missing = new ServicesMissing(log);
  missing.note("db", { reason: "no port near 5432 is free" });
  missing.note("web", { reason: "no port near 80 is free" });
  missing.note("web", { reason: "no port near 80 is free" });
  assertEquals(log.of("warn").length, 2, "each reason once");
  missing.found("db");
  assertEquals(missing.all, [{ service: "web", reason: "no port near 80 is free" }]);
  missing.keepOnly(["db"]);
  assertEquals(missing.all, []);
});

Deno.test("a SNAPT that announces a thousand fills neither log nor memory", () => {
  const log = new TestLog();
  const missing = new ServicesMissing(log);
  for (let at = 0; at < 1_000; at++) missing.note(`s${at}`, { reason: "too many" });
  assertEquals([missing.all.length, log.lines.length], [64, 1]);
});
