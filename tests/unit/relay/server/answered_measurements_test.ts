import { MAX_MEASURED_BYTES } from "../../../../lib/core/wire/measure_messages.ts";
import { AnsweredMeasurements } from "../../../../lib/relay/server/answered_measurements.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { takeBytes } from "../../../../lib/relay/link/measured_bytes.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const HALF = MAX_MEASURED_BYTES / 2;

class Measuring {
  readonly clock = new VirtualClock();
  readonly tasks = TaskGroup.root(this.clock, new TestLog());
  readonly answered = new AnsweredMeasurements(this.tasks);

  /** Asks on a link of its own; CNAPT's end, and why SNAPT does not answer. */
  ask(up: number, down: number, { idHex = "01", source = "192.0.2.1" } = {}) {
    const [near, far] = MemoryConn.pair();
    const link = new Link(near, "a", this.tasks);
    const asker = { idHex, source: source === "" ? null : source };
    const question = { kind: "measure", up, down } as const;
    const refusal = this.answered.answer(new Link(far, "", this.tasks), question, asker);
    return { link, far, code: refusal?.code ?? null };
  }
}

Deno.test("SNAPT takes what comes, says how long that took, and sends what was asked for", async () => {
  const world = new Measuring();
  const { link, far, code } = world.ask(30_000, 50_000);
  assertEquals(code, null);
  await link.conn.write(new Uint8Array(10_000));
  await world.clock.advance(40);
  await link.conn.write(new Uint8Array(20_000));
  await settle();
  assertEquals(await link.nextMessage(), { kind: "measured", tookUs: 40_000 });
  assertEquals((await takeBytes(link, 50_000, world.clock)).bytes, 50_000);
  link.close();
  await settle();
  assertEquals(far.isOpen, false);
});

Deno.test("more than a measurement may move is refused before anything is", () => {
  const world = new Measuring();
  assertEquals(world.ask(HALF, HALF + 1).code, "malformed");
  assertEquals(world.ask(0, 2 ** 32 - 1).code, "malformed");
  assertEquals(world.clock.pending, 0);
});

Deno.test("a CNAPT gets a megabyte at once, and more only as time goes by", async () => {
  const world = new Measuring();
  const codes = Array.from({ length: 5 }, () => world.ask(0, HALF * 2 - 20_000).code);
  assertEquals(codes, [null, null, null, null, "full"]);
  assertEquals(world.ask(0, 1, { idHex: "02" }).code, null, "another one has its own");
  await world.clock.advance(5_000);
  assertEquals(world.ask(0, HALF * 2 - 20_000).code, null);
});

Deno.test("all that come from one source get four times as much, whatever their keys", () => {
  const world = new Measuring();
  const codes: (string | null)[] = [];
  for (let i = 0; i < 6; i++) {
    for (let k = 0; k < 4; k++) codes.push(world.ask(0, 240_000, { idHex: `0${i}` }).code);
  }
  assertEquals(codes.filter((code) => code === null).length, 16);
  assertEquals(world.ask(0, 1_000, { idHex: "0f", source: "" }).code, null, "a load balancer");
});

Deno.test("a question that is asked and not filled costs as well, so that links are bounded", () => {
  const world = new Measuring();
  let answered = 0;
  while (world.ask(HALF, 0).code === null) answered += 1;
  assert(answered <= 8, `${answered}`);
  const small = new Measuring();
  let links = 0;
  while (small.ask(1, 0).code === null) links += 1;
  assert(links <= 64, `${links}`);
});

Deno.test("a link on which nothing comes through is over after five seconds", async () => {
  const world = new Measuring();
  const { far } = world.ask(HALF, 0);
  await world.clock.advance(4_900);
  assertEquals(far.isOpen, true);
  await world.clock.advance(200);
  assertEquals(far.isOpen, false);
});
