import type { ProbeOutcome } from "../../../../lib/core/decision/carry_proof.ts";
import { PathRates } from "../../../../lib/relay/decision/path_rates.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";
import { DecidedSession } from "./kit/decided_session.ts";

/** A session on "a" with one download, and what is known of the rates beside it. */
class Rated {
  readonly session = new DecidedSession();
  readonly rates: PathRates;
  #down = 0;

  constructor(measureMs: number | null = null) {
    const { site: tasks } = this.session.world;
    this.rates = new PathRates({ settings: () => ({ measureMs }), subject: this.session, tasks });
  }

  /** Lets so many seconds pass, in each of which the download moves so much. */
  async after(seconds: number, perSecond: number): Promise<void> {
    for (let i = 0; i <= seconds; i++) {
      this.session.moved = new Map([[1, { down: this.#down, up: 0 }]]);
      const view = this.session.view();
      assert(view !== null);
      this.rates.look(view, this.session.rows);
      this.#down += perSecond;
      await this.session.world.clock.advance(1_000);
    }
  }

  row(key: string) {
    const row = this.session.rows.find((one) => one.candidate.key === key);
    assert(row !== undefined);
    return row;
  }
}

Deno.test("a network is asked to carry what streams move, and the proof says for what it was", async () => {
  const rated = new Rated();
  await rated.after(3, 100_000);
  await rated.rates.prove(rated.row("b"));
  assertEquals(rated.session.measured, ["b 100000 0"]);
  const proof = rated.rates.proofs.get("b");
  assertEquals([proof?.need, proof?.outcome.kind], [{ down: 100_000, up: 0 }, "moved"]);
});

Deno.test("where little moves nothing is asked", async () => {
  const rated = new Rated();
  await rated.after(3, 100);
  await rated.rates.prove(rated.row("b"));
  assertEquals([rated.session.measured, rated.rates.proofs.size], [[], 0]);
});

Deno.test("what streams achieve is known of the network in use, for ten minutes", async () => {
  const rated = new Rated();
  await rated.after(3, 100_000);
  assertEquals(rated.rates.known.get("a")?.achieved.down, 100_000);
  assertEquals(rated.rates.known.get("a")?.probed, { down: null, up: null });
  await rated.after(20, 0);
  assertEquals(rated.rates.known.get("a")?.achieved.down, 100_000);
  await rated.session.world.clock.advance(600_000);
  assertEquals(rated.rates.known.size, 0);
});

Deno.test("a person hears what each network carries, and why not", async () => {
  const rated = new Rated();
  const outcomes: Readonly<Record<string, ProbeOutcome>> = {
    "a down": { kind: "moved", down: 5_000_000, up: null },
    "a up": { kind: "tooSlow", down: null, up: 1_000_000 },
    "b down": { kind: "failed", detail: "did not answer a probe" },
  };
  rated.session.measuring = (key, { up }) =>
    Promise.resolve(
      outcomes[`${key} ${up === 0 ? "down" : "up"}`] ?? { kind: "declined", detail: "" },
    );
  const gone = providerRow("c", "c");
  const failures = await rated.rates.measure([
    ...rated.session.rows,
    { ...gone, provider: null },
  ]);
  assertEquals([...failures], [["b", "did not answer a probe"], ["c", "is not connected"]]);
  assertEquals(rated.session.measured, ["a 131072 0", "a 0 131072", "b 131072 0"]);
  assertEquals(rated.rates.known.get("a")?.probed, { down: 5_000_000, up: 1_000_000 });
  assertEquals(rated.rates.proofs.size, 0, "that is no proof for streams");
});

Deno.test("a small proof does not undo what a whole measurement has shown", async () => {
  const rated = new Rated();
  rated.session.measuring = () => Promise.resolve({ kind: "moved", down: 5_000_000, up: 7 });
  await rated.rates.measure([rated.row("b")]);
  await rated.after(3, 10_000);
  rated.session.measuring = () => Promise.resolve({ kind: "moved", down: 90_000, up: null });
  await rated.rates.prove(rated.row("b"));
  assertEquals(rated.rates.known.get("b")?.probed.down, 5_000_000);
  assertEquals(rated.rates.known.get("b")?.achieved.down, 90_000);
});

Deno.test("at another address nothing is known of a network", async () => {
  const rated = new Rated();
  await rated.rates.measure([rated.row("b")]);
  rated.session.rows = [rated.row("a"), providerRow("b", "elsewhere")];
  await rated.after(1, 0);
  assertEquals(rated.rates.known.has("b"), false);
});

Deno.test("who prefers speed measures each network now and then, but none that costs or is busy", async () => {
  const rated = new Rated(600_000);
  const { session, rates } = rated;
  session.rows = [...session.rows, providerRow("lte", "lte", { metered: true })];
  const due = () => {
    const view = session.view();
    return view === null ? [] : rates.due(view, session.rows).map(({ candidate }) => candidate.key);
  };
  assertEquals(due(), ["a", "b"]);
  await rated.after(3, 100_000);
  assertEquals(due(), ["b"]);
  await rates.measure([rated.row("b")]);
  assertEquals(due(), []);
  await session.world.clock.advance(600_000);
  assertEquals(due(), ["b"]);
  const view = session.view();
  assert(view !== null);
  assertEquals(new Rated().rates.due(view, session.rows), [], "and nobody else does");
});

Deno.test("a network that could not be measured is measured again soon", async () => {
  const rated = new Rated(600_000);
  const { session, rates } = rated;
  session.measuring = () => Promise.resolve({ kind: "failed", detail: "did not answer a probe" });
  await rates.measure([rated.row("b")]);
  const view = session.view();
  assert(view !== null);
  const isDue = () => rates.due(view, session.rows).some(({ candidate }) => candidate.key === "b");
  await session.world.clock.advance(29_000);
  assertEquals(isDue(), false);
  await session.world.clock.advance(1_000);
  assertEquals(isDue(), true);
});
