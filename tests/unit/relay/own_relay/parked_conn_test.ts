import { hasSpoken, parkedConn } from "../../../../lib/relay/own_relay/parked_conn.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

Deno.test("a parked connection that says a byte has spoken, one that ends or breaks has not", async () => {
  const ends: readonly ((far: MemoryConn) => unknown)[] = [
    (far) => far.write(Uint8Array.of(7)),
    (far) => far.closeWrite(),
    (far) => far.reset(),
  ];
  const spoken: boolean[] = [];
  for (const end of ends) {
    const [near, far] = MemoryConn.pair();
    const parked = parkedConn(near);
    await end(far);
    spoken.push(await hasSpoken(parked));
    if (spoken.length === 1) assertEquals(parked.first, Uint8Array.of(7));
  }
  assertEquals(spoken, [true, false, false]);
});
