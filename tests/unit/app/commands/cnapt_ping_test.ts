import { probeLine, probesOf } from "../../../../lib/app/commands/cnapt_ping.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const WELL = {
  site: "home",
  network: "eth0",
  way: "link from 10.0.0.2",
  roundTripMs: 12.34,
  reason: "",
};

Deno.test("a probe is one line: site, network, way, round trip", () => {
  assertEquals(probeLine(WELL), "home over eth0, link from 10.0.0.2: 12.3 ms");
});

Deno.test("a probe without an answer says why", () => {
  assertEquals(
    probeLine({ ...WELL, roundTripMs: null, reason: "no answer in 2 s" }),
    "home over eth0, link from 10.0.0.2: no answer: no answer in 2 s",
  );
});

Deno.test("a network that there is not is wrong usage", () => {
  assertThrows(() => probesOf({ home: { providers: [] } }, "lte"), UsageError, "there is none");
  assertEquals(probesOf({ home: { providers: [] } }, null), []);
});
