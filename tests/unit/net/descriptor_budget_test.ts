import { DescriptorBudget, type DescriptorUse } from "../../../lib/net/descriptor_budget.ts";
import { assert, assertEquals } from "../../assert.ts";
import { settle } from "../../virtual_clock.ts";

const USES = ["control", "link", "stream", "dial", "application", "spare"] as const;

/** A budget of a process that has `open` descriptors open. */
class Process {
  open = 0;
  now = 0;
  counted = 0;
  readonly budget: DescriptorBudget;

  constructor(limit: number | null) {
    this.budget = new DescriptorBudget({
      limit,
      count: () => {
        this.counted += 1;
        return this.open;
      },
      now: () => this.now,
    });
  }

  /** What there is room for when `open` are open. */
  usesAt(open: number): readonly DescriptorUse[] {
    this.open = open;
    this.now += 1_001;
    return USES.filter((use) => this.budget.hasRoom(use));
  }

  /** How many can be opened for `use` before there is no room. */
  mostFor(use: DescriptorUse): number {
    this.open = 0;
    while (this.usesAt(this.open).includes(use)) this.open += 1;
    return this.open;
  }
}

Deno.test("what matters more may come closer to the limit", () => {
  for (const limit of [128, 1_024, 65_536]) {
    const process = new Process(limit);
    const most = USES.map((use) => process.mostFor(use));
    assertEquals(most, most.toSorted((a, b) => b - a), `of ${limit}`);
    assertEquals(new Set(most).size, USES.length, `of ${limit}`);
    assert((most[0] ?? 0) < limit, "the last one is never given away");
  }
});

Deno.test("no connection is accepted whose other half would have no descriptor", () => {
  const process = new Process(1_024);
  const { budget } = process;
  const connections: (() => void)[] = [];
  while (process.usesAt(process.open).includes("application")) {
    process.open += 1;
    connections.push(budget.promise());
  }
  assert(connections.length > 400, `${connections.length}`);
  for (const linked of connections) {
    assert(process.usesAt(process.open).includes("dial"), `no link with ${process.open} open`);
    process.open += 1;
    linked();
    linked();
  }
  assert(process.usesAt(process.open).includes("dial"), "and a dial is left");
});

Deno.test("as many connections are accepted as are said, and all of them can be switched at once", () => {
  for (const limit of [256, 1_024, 4_096]) {
    const process = new Process(limit);
    const { budget } = process;
    process.open = 20;
    let streams = 0;
    while (process.usesAt(process.open).includes("application")) {
      process.open += 2; // the application and its link
      budget.keepForMove();
      streams += 1;
    }
    assert(Math.abs(streams - budget.streams) <= 1 + limit / 64, `${streams} of ${budget.streams}`);
    for (let i = 0; i < streams; i++) {
      assert(budget.hasRoom("dial"), `no room for link ${i} of ${streams}, of ${limit}`);
      budget.opened();
    }
  }
});

Deno.test("as many streams as are allowed leave room for whoever comes back", () => {
  for (const limit of [256, 1_024, 4_096]) {
    const process = new Process(limit);
    assert(process.usesAt(2 * process.budget.streams + 20).includes("link"), `of ${limit}`);
  }
});

Deno.test("what is opened is added up, and the system asked only when there seems to be no room", () => {
  const process = new Process(1_024);
  for (let i = 0; i < 500; i++) {
    assert(process.budget.hasRoom("application"));
    process.budget.opened();
  }
  assertEquals(process.counted, 1);
  for (let i = 0; i < 500; i++) process.budget.opened();
  process.now += 20;
  assert(process.budget.hasRoom("application"), "all were closed in the meantime");
  assertEquals(process.counted, 2);
});

Deno.test("descriptors that are being opened are nobody else's", async () => {
  const process = new Process(128);
  const { signal } = new AbortController();
  let claims = 0;
  while (process.budget.hasRoom("dial")) {
    await process.budget.claim("dial", signal);
    claims += 1;
  }
  assert(claims > 30 && claims < 64, `${claims} at once, of 128 descriptors`);
});

Deno.test("of many that ask at once no more are let in than there is room for", async () => {
  const process = new Process(128);
  const calledOff = new AbortController();
  let claims = 0;
  const all = Array.from({ length: 200 }, async () => {
    await process.budget.claim("dial", calledOff.signal);
    claims += 1;
  });
  await settle();
  assert(claims > 30 && claims < 64, `${claims} at once, of 128 descriptors`);
  calledOff.abort();
  await Promise.allSettled(all);
});

Deno.test("who waits for room gets it when there is some, or is called off", async () => {
  const process = new Process(128);
  process.open = 128;
  const calledOff = new AbortController();
  const claim = process.budget.claim("dial", calledOff.signal);
  calledOff.abort(new DOMException("enough", "AbortError"));
  assertEquals(await claim.catch((error) => error.message), "enough");
  const room = process.budget.whenRoom("dial", () => true);
  process.open = 0;
  process.now += 1_001;
  assert(await room);
  assertEquals(process.budget.snapshot().short, 2);
});

Deno.test("a refusal by the system is counted and stops what is new for a moment", () => {
  for (const limit of [1_024, null]) {
    const process = new Process(limit);
    const { budget } = process;
    assert(budget.hasRoom("application"));
    assert(!budget.noteRefusal(new Deno.errors.ConnectionRefused()));
    assert(budget.noteRefusal(Object.assign(new Error("no more"), { code: "ENFILE" })));
    assert(!budget.hasRoom("application"));
    assert(budget.hasRoom("control"));
    process.now += 100;
    assert(budget.hasRoom("application"));
    assertEquals(budget.snapshot().refused, 1);
  }
});
