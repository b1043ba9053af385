import { parseDestinationRule } from "../../../../lib/core/access/destination_rule.ts";
import type { dialAddresses } from "../../../../lib/net/dial.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { familyOf } from "../../../../lib/net/socket_address.ts";
import {
  allowedAddresses,
  DestinationNotAllowed,
  type DestinationWays,
  expectStillAllowed,
  findDestination,
  isStillAllowed,
  openDestination,
} from "../../../../lib/relay/access/destination_access.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const RULES = [parseDestinationRule("127.0.0.0/8:22"), parseDestinationRule("*:443")];
const NEVER = new AbortController().signal;

Deno.test("an address that a range names is allowed", async () => {
  const found = await allowedAddresses({ host: "127.0.0.1", port: 22 }, RULES);
  assertEquals(found.map(({ address }) => address), ["127.0.0.1"]);
  assertEquals((await findDestination({ host: "127.0.0.1", port: 22 }, RULES)).host, "127.0.0.1");
});

Deno.test("what no rule allows is neither resolved nor dialled", async () => {
  for (const host of ["10.0.0.1", "db.example.org"]) {
    const destination = { host, port: 80 };
    await assertRejects(
      () => openDestination(destination, RULES, NEVER),
      DestinationNotAllowed,
      "no rule allows it",
    );
  }
});

Deno.test("a name that leads to this machine is not allowed by a rule for names", async () => {
  await assertRejects(
    () => allowedAddresses({ host: "localhost", port: 443 }, [parseDestinationRule("*:443")]),
    DestinationNotAllowed,
    "it leads to",
  );
});

/** A network in which every name leads to these addresses, and every connection ends here. */
function network(addresses: readonly string[], own: readonly string[], local = "192.0.2.9") {
  const dialled: (readonly string[])[] = [];
  const conns: MemoryConn[] = [];
  const dial: typeof dialAddresses = (resolved) => {
    dialled.push(resolved.map(({ address }) => address));
    const [near] = MemoryConn.pair(`${local}:40000`, `${resolved[0]?.address}:443`);
    conns.push(near);
    return Promise.resolve(near);
  };
  const ways: DestinationWays = {
    resolve: () =>
      Promise.resolve(addresses.map((address) => ({ address, family: familyOf(address) ?? 4 }))),
    dial,
    ownAddresses: () => own,
    sourceTowards: () => local,
  };
  return { ways, dialled, conns };
}

const NAME = { host: "home.example.org", port: 443 };

Deno.test("exactly the addresses of a name that may be reached are dialled", async () => {
  const found = ["192.168.7.5", "192.0.2.1", "127.0.0.1", "::ffff:192.168.7.5", "192.0.2.2"];
  const { ways, dialled } = network(found, ["192.168.7.5"]);
  await openDestination(NAME, RULES, NEVER, ways);
  assertEquals(dialled, [["192.0.2.1", "192.0.2.2"]]);
  assertEquals((await findDestination(NAME, RULES, network(["192.0.2.1"], []).ways)).port, 443);
});

Deno.test("a name that leads to another address of this machine is not dialled", async () => {
  const { ways, dialled } = network(["192.168.7.5"], ["127.0.0.1", "192.168.7.5"]);
  await assertRejects(
    () => openDestination(NAME, RULES, NEVER, ways),
    DestinationNotAllowed,
    "it leads to 192.168.7.5",
  );
  await assertRejects(() => findDestination(NAME, RULES, ways), DestinationNotAllowed);
  assertEquals(dialled, []);
});

Deno.test("the addresses of this machine are those of the moment of the dial", async () => {
  const own: string[] = [];
  const { ways, dialled } = network(["192.168.7.5"], own);
  await openDestination(NAME, RULES, NEVER, ways);
  own.push("192.168.7.5");
  await assertRejects(() => openDestination(NAME, RULES, NEVER, ways), DestinationNotAllowed);
  assertEquals(dialled.length, 1);
});

Deno.test("a connection that turns out to lead to this machine is reset", async () => {
  const { ways, conns } = network(["203.0.113.77"], [], "203.0.113.77");
  await assertRejects(() => openDestination(NAME, RULES, NEVER, ways), DestinationNotAllowed);
  assertEquals(conns.map(({ isOpen }) => isOpen), [false]);
  const named = [parseDestinationRule("203.0.113.0/24:443")];
  assert((await openDestination(NAME, named, NEVER, ways)) === conns[1]);
});

Deno.test("datagrams whose way turns out to lead to this machine are not sent", async () => {
  for (const [address, source] of [["203.0.113.77", "203.0.113.77"], ["2001:db8::7", "::1"]]) {
    const { ways } = network([address ?? ""], [], source);
    await assertRejects(() => findDestination(NAME, RULES, ways), DestinationNotAllowed);
    const named = [parseDestinationRule("203.0.113.0/24:443")];
    if (address === source) assertEquals((await findDestination(NAME, named, ways)).host, address);
  }
});

Deno.test("this machine is not reached by any address that it has", async () => {
  const [own] = Deno.networkInterfaces().filter(({ address }) =>
    !address.startsWith("127.") && !address.includes(":")
  );
  const host = own?.address ?? "127.0.0.1";
  await assertRejects(() => allowedAddresses({ host, port: 443 }, RULES), DestinationNotAllowed);
});

Deno.test("what is open is judged by where it leads, as far as that is known", () => {
  const ten = [parseDestinationRule("10.0.0.0/8:443")];
  const here = { local: "192.0.2.9", remote: "10.0.0.7" };
  assertEquals(isStillAllowed(ten, NAME, here), true);
  assertEquals(isStillAllowed(ten, NAME, { ...here, remote: "192.168.7.5" }), false);
  assertEquals(isStillAllowed(ten, NAME, { local: null, remote: null }), true);
  assertEquals(isStillAllowed([], NAME, { local: null, remote: null }), false);
  const names = [parseDestinationRule("*.example.org:443")];
  assertEquals(isStillAllowed(names, NAME, here), true);
  assertEquals(isStillAllowed(names, NAME, { local: "10.0.0.7", remote: "10.0.0.7" }), false);
});

Deno.test("what was connected to under the rules of before is reset when those of now do not allow it", () => {
  const [conn] = MemoryConn.pair("192.0.2.9:40000", "10.0.0.7:443");
  assert(expectStillAllowed(conn, NAME, [parseDestinationRule("10.0.0.0/8:443")]) === conn);
  assertThrows(() => expectStillAllowed(conn, NAME, RULES.slice(0, 1)), DestinationNotAllowed);
  assertEquals(conn.isOpen, false);
});
