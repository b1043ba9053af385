import { measuredLine } from "../../../../lib/app/commands/cnapt_measure.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("cnapt measure says what a network carries, or why that is not known", () => {
  const eth0 = { provider: "eth0", problem: null, down: 2_400_000, up: null };
  assertEquals(measuredLine(eth0), "eth0 carries about 2.4 MB/s down, unknown up");
  const lte = { provider: "lte", problem: "did not answer a probe", down: null, up: null };
  assertEquals(measuredLine(lte), "lte was not measured: it did not answer a probe");
});
