import {
  isLoopback,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../../lib/net/interfaces.ts";
import { assert, assertEquals } from "../../assert.ts";

const WIRED: NetworkInterface = {
  name: "eth0",
  kind: "ordinary",
  state: "up",
  addresses: [{ address: "192.0.2.7", family: 4 }],
};
const UNPLUGGED: NetworkInterface = { ...WIRED, state: "down" };

Deno.test("the loopback interface is listed, marked as such and up", () => {
  const loopback = listInterfaces().find(({ kind }) => kind === "loopback");
  assert(loopback !== undefined);
  assertEquals(loopback.state, "up");
  assert(loopback.addresses.some(({ address }) => isLoopback(address)));
});

Deno.test("each interface is listed once, with all its addresses and no link-local one", () => {
  const interfaces = listInterfaces();
  assertEquals(new Set(interfaces.map(({ name }) => name)).size, interfaces.length);
  for (const { address, family } of interfaces.flatMap(({ addresses }) => addresses)) {
    assertEquals(family, address.includes(":") ? 6 : 4);
    assert(!/^(fe[89ab]|169\.254\.)/i.test(address), address);
  }
});

Deno.test("a watcher is told of each change once, and of nothing when nothing changed", async () => {
  const looks = [[WIRED], [WIRED], [UNPLUGGED], [UNPLUGGED], [], [], [WIRED]];
  assertEquals(await changesSeen(looks), [[UNPLUGGED], [], [WIRED]]);
});

Deno.test("a watcher outlives looks that fail, and sees what changed meanwhile", async () => {
  const looks = [[WIRED], "fails", "fails", [WIRED], "fails", [UNPLUGGED]] as const;
  assertEquals(await changesSeen(looks), [[UNPLUGGED]]);
});

Deno.test("a watcher that was called off before it began does not look at all", () => {
  const fail = () => {
    throw new Error("looked");
  };
  watchInterfaces(AbortSignal.abort(), fail, 1, fail);
});

/** What a watcher reports when its looks give `looks`, the first one at its start. */
async function changesSeen(
  looks: readonly (readonly NetworkInterface[] | "fails")[],
): Promise<(readonly NetworkInterface[])[]> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const watching = new AbortController();
  const changes: (readonly NetworkInterface[])[] = [];
  let last: readonly NetworkInterface[] = [];
  let next = 0;
  watchInterfaces(watching.signal, (interfaces) => changes.push(interfaces), 1, () => {
    const look = looks[next++];
    if (look === undefined) {
      end();
      return last;
    }
    if (look === "fails") throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
    return last = look;
  });
  await ended;
  watching.abort();
  return changes;
}
