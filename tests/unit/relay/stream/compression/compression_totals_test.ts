import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { assertEquals } from "../../../../assert.ts";

Deno.test("so many services are told apart, and the rest is counted together", () => {
  const totals = new CompressionTotals();
  for (let i = 0; i < 300; i++) totals.of(`host${i}.example:443`).sent(10, 5);
  totals.of("host0.example:443").sent(10, 5);
  const services = totals.snapshot();
  assertEquals(Object.keys(services).length, 257);
  assertEquals(services["host0.example:443"]?.sentPlainBytes, 20);
  assertEquals(services.others?.sentPlainBytes, 440);
});
