import type { Packet } from "../../../../lib/core/datagram/packet.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { LargePackets } from "../../../../lib/relay/datagram/large_packets.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const PLACE = { instance: "0123456789abcdef", epoch: 3 } as const;

function made() {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = testTasks(clock, log);
  const asked: ((link: Link) => void)[] = [];
  const dropped: string[] = [];
  let bindings = 0;
  const large = new LargePackets({
    tasks,
    log,
    place: () => PLACE,
    requestLink: (_provider, take) => asked.push(take),
    nextBinding: () => ++bindings,
    received: () => {},
    dropped: (reason) => dropped.push(reason),
  });
  /** Gives it the link that it asked for; returns SNAPT's end, which has bound it. */
  const bound = async (above: number) => {
    const [near, far] = MemoryConn.pair();
    asked.at(-1)?.(new Link(near, "eth0", tasks));
    await settle();
    assertEquals(
      await far.readNext(),
      encodeMessage({ kind: "bindDatagrams", ...PLACE, binding: bindings, above }),
    );
    await far.write(encodeMessage({ kind: "boundDatagrams", binding: bindings }));
    await settle();
    return far;
  };
  return { large, asked, dropped, bound };
}

const packet = (bytes: number): Packet => ({
  kind: "data",
  flow: 1,
  payload: new Uint8Array(bytes),
});

Deno.test("what is too large waits for a link, and then goes by it", async () => {
  const { large, asked, dropped, bound } = made();
  large.use("eth0", 1_472);
  assertEquals(asked.length, 0);
  large.send(packet(1_480));
  large.send(packet(1_490));
  assertEquals(asked.length, 1);
  const far = await bound(1_472);
  assertEquals([(await far.readNext())?.length, (await far.readNext())?.length], [1_487, 1_497]);
  assertEquals(dropped, []);
  large.use(null, Infinity);
});

Deno.test("a datagram that the system refuses lowers the limit, which SNAPT is told", async () => {
  const { large, bound } = made();
  large.use("eth0", Infinity);
  large.shrink(1_400);
  await bound(1_399);
  large.shrink(2_000);
  assertEquals(large.largest, 1_399);
  large.shrink(1_300);
  await bound(1_299);
  large.use(null, Infinity);
});

Deno.test("without a network, or when too many wait, what is too large is dropped", () => {
  const { large, dropped } = made();
  large.send(packet(2_000));
  assertEquals(dropped, ["tooBig"]);
  large.use("eth0", 1_472);
  for (let count = 0; count < 70; count++) large.send(packet(2_000));
  assertEquals(dropped.length, 7);
  large.use(null, Infinity);
});
