/** How long a conversation by a relay stands still when the laptop changes its network. */
import { Lab } from "../../tests/lab/kit/lab.ts";
import { RelayedHome } from "../../tests/lab/scenarios/relayed_home.ts";
import { gapOf, type HandoverCase } from "./contestant.ts";
import { ownContestant, relayedContestant } from "./contestants.ts";
import { type Figure, figure, median } from "./figures.ts";

/** Round trips of 20 and 60 ms, all of it on the laptop's side, so that both ways are as long. */
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 30 } };
const CASES: readonly HandoverCase[] = ["planned", "unplugged", "silent"];
/** What the relay may add to a pause. */
const MORE_MS = 20;

/** Beside a SNAPT that is reached directly, one after the other. */
export async function relayedSwitch(runs: number): Promise<Figure[]> {
  await using resources = new AsyncDisposableStack();
  const direct = resources.use(await Lab.create({ wires: WIRES }));
  const contestants = {
    direct: await ownContestant(direct, "normal"),
    relayed: await relayedContestant(await RelayedHome.create(resources, { wires: WIRES })),
  };
  const figures: Figure[] = [];
  for (const event of CASES) {
    const gaps = { direct: [] as number[], relayed: [] as number[] };
    for (let run = 0; run < runs; run++) {
      for (const way of ["direct", "relayed"] as const) {
        const gap = await gapOf(contestants[way], event);
        console.error(`${run + 1} ${event} ${way}: ${gap.toFixed(1)} ms`);
        if (!Number.isNaN(gap)) gaps[way].push(gap);
      }
    }
    figures.push(
      figure({ measure: `gap by a relay, ${event}`, unit: "ms" }, gaps.relayed, {
        peer: "direct",
        theirs: gaps.direct,
      }, { kind: "below", value: Math.round(median(gaps.direct)) + MORE_MS }),
    );
  }
  return figures;
}
