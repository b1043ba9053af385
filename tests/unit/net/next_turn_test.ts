import { setImmediate } from "node:timers";
import { nextTurn, OpenedOnce, openNudge } from "../../../lib/net/next_turn.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openNudge();

Deno.test("what is to be read elsewhere is read before the next turn, while others work on and on", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept();
  using near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using far = await accepting;
  const buffer = new Uint8Array(1);
  let read: number | null = null;
  const reading = near.read(buffer).then((count) => read = count);
  await far.write(buffer);
  for (let turn = 0; turn < 3 && read === null; turn++) await nextTurn();
  assertEquals(read, 1);
  await reading;
});

Deno.test("several who wait for the next turn have it together", async () => {
  await Promise.all(Array.from({ length: 10 }, nextTurn));
  await nextTurn();
});

Deno.test("the next turn comes before long, though others keep the loop busy", async () => {
  let busyTurns = 0;
  let life: "busy" | "over" = "busy";
  const keepBusy = () => {
    if (life === "over") return;
    busyTurns += 1;
    for (const end = performance.now() + 5; performance.now() < end;); // as a TLS handshake does
    setImmediate(keepBusy);
  };
  keepBusy();
  await nextTurn();
  life = "over";
  assert(busyTurns < 20, `${busyTurns} turns`);
});

Deno.test("what could not be opened is opened when there are descriptors, and tried once a second", () => {
  let now = 0;
  let tries = 0;
  let isFull = true;
  const once = new OpenedOnce(() => {
    tries += 1;
    if (isFull) throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
    return "opened";
  }, () => now);
  assertEquals([once.get(), once.get(), tries], [null, null, 1]);
  now = 999;
  isFull = false;
  assertEquals([once.get(), tries], [null, 1]);
  now = 1_000;
  assertEquals([once.get(), once.get(), tries], ["opened", "opened", 2]);
});

Deno.test("a mistake of ours in opening is not taken for want of descriptors", () => {
  const once = new OpenedOnce(() => {
    throw new TypeError("planted");
  }, () => 0);
  assertThrows(() => once.get(), TypeError);
});
