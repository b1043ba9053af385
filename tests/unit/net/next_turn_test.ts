import { nextTurn, openNudge } from "../../../lib/net/next_turn.ts";
import { assertEquals } from "../../assert.ts";

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
