import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { resolveHost } from "../../../lib/net/resolve.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

type Found = readonly { readonly address: string; readonly family: number }[];

const SIX = ["2001:db8::1", "2001:db8::2", "2001:db8::3"];
const FOUR = ["192.0.2.1", "192.0.2.2"];

function found(...addresses: readonly string[]): Found {
  return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
}

function never(): Promise<Found> {
  return new Promise(() => {});
}

function failing(): Promise<Found> {
  return Promise.reject(new Error("SERVFAIL"));
}

async function resolved(host: string, lookUp: () => Promise<Found>, limitMs?: number) {
  return (await resolveHost(host, lookUp, limitMs)).map(({ address }) => address);
}

Deno.test("an address is what it is, without asking anybody", async () => {
  for (const [host, family] of [["192.0.2.1", 4], ["2001:db8::1", 6]] as const) {
    assertEquals(await resolveHost(host, failing), [{ address: host, family }]);
  }
});

Deno.test("localhost is resolved by the system", async () => {
  const addresses = await resolveHost("localhost");
  assert(addresses.some(({ address }) => address === "127.0.0.1" || address === "::1"));
});

Deno.test("the families alternate, IPv6 first, each in the order of the name server", async () => {
  const [a = "", b = "", c = ""] = SIX;
  const [x = "", y = ""] = FOUR;
  const lookUp = () => Promise.resolve(found(x, a, b, y, c));
  assertEquals(await resolved("mixed.example", lookUp), [a, x, b, y, c]);
  assertEquals(await resolved("four.example", () => Promise.resolve(found(x, y))), [x, y]);
});

Deno.test("a name is looked up each time, and the last good answer serves when that fails", async () => {
  const answers = [found("192.0.2.1"), found("192.0.2.9")];
  const next = () => {
    const answer = answers.shift();
    return answer === undefined ? failing() : Promise.resolve(answer);
  };
  assertEquals(await resolved("home.example", next), ["192.0.2.1"]);
  assertEquals(await resolved("home.example", next), ["192.0.2.9"]);
  assertEquals(await resolved("home.example", next), ["192.0.2.9"]);
});

Deno.test("a name server that does not answer holds nobody up", async () => {
  const one = () => Promise.resolve(found("192.0.2.1"));
  assertEquals(await resolved("silent.example", one), ["192.0.2.1"]);
  assertEquals(await resolved("silent.example", never, 5), ["192.0.2.1"]);
  await assertRejects(() => resolveHost("other.example", never, 5), ConnFailed, "other.example");
});

Deno.test("an answer without addresses does not wipe out the last good one", async () => {
  const none = () => Promise.resolve(found());
  assertEquals(await resolved("empty.example", () => Promise.resolve(found("192.0.2.1"))), [
    "192.0.2.1",
  ]);
  assertEquals(await resolved("empty.example", none), ["192.0.2.1"]);
});

Deno.test("a name that never had an address is a failure with a code", async () => {
  for (const lookUp of [failing, () => Promise.resolve(found())]) {
    const { code } = await assertRejects(() => resolveHost("no.example", lookUp), ConnFailed);
    assertEquals(code, "nameUnknown");
  }
});

Deno.test("the answer for the name that was resolved longest ago is forgotten first", async () => {
  const [address = ""] = FOUR;
  const good = () => Promise.resolve(found(address));
  for (let number = 0; number < 1_200; number++) {
    await resolveHost(`flood-${number}.test`, good);
    await resolveHost("in-use.test", good);
  }
  assertEquals(await resolved("in-use.test", failing), [address]);
  assertEquals(await resolved("flood-1199.test", failing), [address]);
  await assertRejects(() => resolveHost("flood-0.test", failing), ConnFailed);
});
