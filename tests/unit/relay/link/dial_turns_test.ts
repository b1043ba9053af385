import { DialTurns } from "../../../../lib/relay/link/dial_turns.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

const NEVER = new AbortController().signal;
const MOST = 256;

/** All turns taken; `end` gives one back. */
function taken() {
  const turns = new DialTurns();
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  const running = Array.from({ length: MOST }, () => turns.run(work, NEVER));
  return { turns, running, end: () => ends.pop()?.() };
}

Deno.test("who waits for a turn has it in the order of coming", async () => {
  const { turns, running, end } = taken();
  const order: string[] = [];
  const note = (name: string) => turns.run(() => Promise.resolve(void order.push(name)), NEVER);
  const waiting = [note("first"), note("second")];
  assertEquals(order, []);
  end();
  await Promise.all(waiting);
  assertEquals(order, ["first", "second"]);
  for (let count = 1; count < MOST; count++) end();
  await Promise.all(running);
});

Deno.test("who is called off while waiting hears so at once, and keeps nobody from a turn", async () => {
  const { turns, running, end } = taken();
  const calledOff = new AbortController();
  const gone = turns.run(() => Promise.reject(new Error("it was called off")), calledOff.signal);
  const patient = turns.run(() => Promise.resolve("done"), NEVER);
  calledOff.abort(new DOMException("called off", "AbortError"));
  await assertRejects(() => gone, DOMException);
  end();
  assertEquals(await patient, "done");
  for (let count = 1; count < MOST; count++) end();
  await Promise.all(running);
});

Deno.test("a turn that comes in the moment of calling off goes to the next", async () => {
  const { turns, running, end } = taken();
  const calledOff = new AbortController();
  const gone = turns.run(() => Promise.reject(new Error("it was called off")), calledOff.signal);
  const patient = turns.run(() => Promise.resolve("done"), NEVER);
  await Promise.resolve();
  end();
  calledOff.abort(new DOMException("called off", "AbortError"));
  await assertRejects(() => gone, DOMException);
  assertEquals(await patient, "done");
  for (let count = 1; count < MOST; count++) end();
  await Promise.all(running);
});
