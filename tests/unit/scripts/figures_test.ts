import { figure, table } from "../../../scripts/bench/figures.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("a peer that breaks is called broken, and no ratio is made of it", () => {
  const one = figure({ measure: "gap", unit: "ms" }, [10, 30], {
    peer: "plain TCP",
    theirs: [Infinity, Infinity],
  }, { kind: "none" });
  assertEquals(one.ratio, null);
  assert(table([one]).includes("| gap | 20.0 ms | plain TCP: broken |  |"), table([one]));
});

Deno.test("our own figure misses its target when it breaks", () => {
  const one = figure({ measure: "gap", unit: "ms" }, [Infinity], { peer: "", theirs: null }, {
    kind: "below",
    value: 60,
  });
  assertEquals(one.isReached, false);
  assert(table([one]).includes("| broken ms |"));
});

Deno.test("a target beside a peer is not measured when the peer is not there", () => {
  const one = figure({ measure: "gap", unit: "ms" }, [10], { peer: "MPTCP", theirs: null }, {
    kind: "atMost",
    ratio: 0.5,
  });
  assertEquals(one.isReached, null);
  assert(table([one]).includes("MPTCP: not measured"), table([one]));
  assert(table([one]).includes("| <= 0.5 x | not measured |"), table([one]));
});
