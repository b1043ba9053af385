import { SiteBarrier, type SitePoint } from "../../../../lib/core/session/site_barrier.ts";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const PATIENCE_MS = 100;

type Step =
  | { readonly at: number; readonly arrives: string; readonly point?: SitePoint }
  | { readonly at: number; readonly leaves: string }
  | { readonly at: number };

interface Case {
  readonly says: string;
  readonly sites: readonly string[];
  /** What happens, and who may go on because of it. */
  readonly steps: readonly (readonly [Step, readonly string[]])[];
  readonly late?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    says: "lets a site go on at once when it is the only one",
    sites: ["a"],
    steps: [[{ at: 0, arrives: "a" }, ["a"]]],
  },
  {
    says: "lets all go on when the last has arrived",
    sites: ["a", "b", "c"],
    steps: [
      [{ at: 0, arrives: "b" }, []],
      [{ at: 50, arrives: "a" }, []],
      [{ at: 99, arrives: "c" }, ["b", "a", "c"]],
    ],
  },
  {
    says: "holds nobody at a point that was passed before",
    sites: ["a", "b"],
    steps: [
      [{ at: 0, arrives: "a" }, []],
      [{ at: 1, arrives: "b" }, ["a", "b"]],
      [{ at: 2, arrives: "b", point: "left" }, []],
      [{ at: 3, arrives: "a", point: "left" }, ["b", "a"]],
    ],
  },
  {
    says: "leaves a site behind when it is not there in time",
    sites: ["a", "b", "c"],
    steps: [
      [{ at: 0, arrives: "a" }, []],
      [{ at: 60, arrives: "b" }, []],
      [{ at: 99 }, []],
      [{ at: 100 }, ["a", "b"]],
    ],
    late: ["c"],
  },
  {
    says: "does not wait at a later point for one that was late before",
    sites: ["a", "b"],
    steps: [
      [{ at: 0, arrives: "a" }, []],
      [{ at: 100 }, ["a"]],
      [{ at: 110, arrives: "b" }, ["b"]],
      [{ at: 120, arrives: "a", point: "left" }, ["a"]],
    ],
    late: ["b"],
  },
  {
    says: "counts the time-out from the first that arrives, at each point anew",
    sites: ["a", "b"],
    steps: [
      [{ at: 500 }, []],
      [{ at: 500, arrives: "a" }, []],
      [{ at: 590, arrives: "b" }, ["a", "b"]],
      [{ at: 600 }, []],
      [{ at: 600, arrives: "b", point: "left" }, []],
      [{ at: 699 }, []],
      [{ at: 700 }, ["b"]],
    ],
    late: ["a"],
  },
  {
    says: "lets the others go on when the one they wait for has no part any more",
    sites: ["a", "b"],
    steps: [[{ at: 0, arrives: "a" }, []], [{ at: 1, leaves: "b" }, ["a"]]],
  },
  {
    says: "waits on for the others when one leaves that had arrived",
    sites: ["a", "b", "c"],
    steps: [
      [{ at: 0, arrives: "a" }, []],
      [{ at: 1, leaves: "a" }, []],
      [{ at: 2, arrives: "b" }, []],
      [{ at: 3, arrives: "c" }, ["b", "c"]],
    ],
  },
  {
    says: "has nothing to do with a site that it does not know",
    sites: ["a", "b"],
    steps: [
      [{ at: 0, arrives: "x" }, ["x"]],
      [{ at: 1, arrives: "a" }, []],
      [{ at: 2, leaves: "x" }, []],
      [{ at: 3, arrives: "b" }, ["a", "b"]],
    ],
  },
  {
    says: "passes nobody when all have left",
    sites: ["a", "b"],
    steps: [[{ at: 0, leaves: "a" }, []], [{ at: 1, leaves: "b" }, []], [{ at: 500 }, []]],
  },
];

function take(barrier: SiteBarrier, step: Step): readonly string[] {
  if ("arrives" in step) return barrier.arrive(step.arrives, step.point ?? "drained", step.at);
  return "leaves" in step ? barrier.leave(step.leaves) : barrier.timePassed(step.at);
}

for (const { says, sites, steps, late = [] } of CASES) {
  Deno.test(`a barrier of sites ${says}`, () => {
    const barrier = new SiteBarrier(sites, PATIENCE_MS);
    for (const [step, passed] of steps) {
      assertEquals(take(barrier, step), passed, JSON.stringify(step));
    }
    assertEquals(barrier.late.map(({ site }) => site), late);
    assertEquals(barrier.deadline, Infinity);
  });
}

Deno.test("a barrier of sites says at which point a late one was missing", () => {
  const barrier = new SiteBarrier(["a", "b"], PATIENCE_MS);
  barrier.arrive("a", "left", 10);
  assertEquals(barrier.deadline, 10 + PATIENCE_MS);
  barrier.timePassed(10 + PATIENCE_MS);
  assertEquals(barrier.late, [{ site: "b", point: "left" }]);
});

Deno.test("a barrier of sites takes a point left out for a mistake of our own", () => {
  const barrier = new SiteBarrier(["a", "b"], PATIENCE_MS);
  barrier.arrive("a", "drained", 0);
  assertThrows(() => barrier.arrive("b", "left", 1), LocalMisuse);
});
