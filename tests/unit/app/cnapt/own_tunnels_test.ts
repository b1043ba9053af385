import { type CarriedFlow, OwnTunnels } from "../../../../lib/app/cnapt/own_tunnels.ts";
import type { TrafficCount } from "../../../../lib/core/decision/own_tunnel.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** A tunnel, two conversations, and what passes through them. */
function start() {
  const log = new TestLog();
  const told: (readonly string[])[] = [];
  const tunnels = new Map<string, TrafficCount>([
    ["wg0", { sentBytes: 5e6, receivedBytes: 7e6, packets: 9_000 }],
  ]);
  const flows = new Map<string, CarriedFlow>();
  const own = new OwnTunnels({
    tunnels: () => [...tunnels.keys()],
    trafficOf: (device) => tunnels.get(device) ?? null,
    flows: () => [...flows.values()],
    changed: (carried) => told.push([...carried]),
    tasks: TaskGroup.root(new VirtualClock(), log),
    log,
  });
  const more = <T extends TrafficCount>(before: T, bytes: number, packets: number): T => ({
    ...before,
    sentBytes: before.sentBytes + bytes,
    receivedBytes: before.receivedBytes + bytes,
    packets: before.packets + packets,
  });
  const pass = (names: readonly string[], bytes: number) => {
    for (const name of names) {
      const tunnel = tunnels.get(name);
      if (tunnel !== undefined) tunnels.set(name, more(tunnel, bytes, 80));
      const flow = flows.get(name) ??
        { name, service: name, sentBytes: 0, receivedBytes: 0, packets: 0 };
      if (tunnel === undefined) flows.set(name, more(flow, bytes + 40 * 32, 80));
    }
  };
  return { own, told, tunnels, flows, log, pass };
}

Deno.test("a tunnel whose bytes are those of a conversation is carried by it, and no longer when they differ", () => {
  const { own, told, flows, log, pass } = start();
  own.look();
  pass(["wg0", "vpn"], 2_000);
  pass(["dns"], 300);
  own.look();
  assertEquals(told, []); // hardly anything has passed
  pass(["wg0", "vpn"], 9_000);
  own.look();
  assertEquals(told, [["wg0"]]);
  for (let i = 0; i < 5; i++) {
    pass(["wg0", "vpn"], 9_000);
    own.look();
  }
  assertEquals([told.length, log.of("info").length], [1, 1]);
  flows.delete("vpn"); // the conversation is over, and the tunnel goes on another way
  pass(["wg0"], 9_000);
  own.look();
  assertEquals(told, [["wg0"], []]);
});

Deno.test("a tunnel beside a busy conversation is its own", () => {
  const { own, told, pass } = start();
  for (let i = 0; i < 20; i++) {
    pass(["wg0"], 5_000);
    pass(["game"], 40_000);
    own.look();
  }
  assertEquals(told, []);
});

Deno.test("a tunnel that goes is forgotten", () => {
  const { own, told, tunnels, pass } = start();
  own.look();
  pass(["wg0", "vpn"], 9_000);
  own.look();
  tunnels.clear();
  own.look();
  assertEquals(told, [["wg0"], []]);
});
