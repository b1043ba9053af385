import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import type { Via } from "../../../lib/net/via.ts";
import { reachableAddresses } from "../../../lib/net/reachable_addresses.ts";
import type { ResolvedAddress } from "../../../lib/net/resolve.ts";
import { familyOf } from "../../../lib/net/socket_address.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "snapt.example": ["2001:db8::7", "192.0.2.7"],
  "old.example": ["192.0.2.7"],
  "new.example": ["2001:db8::7"],
};

function resolving(names: Readonly<Record<string, readonly string[]>>) {
  return (host: string): Promise<readonly ResolvedAddress[]> => {
    const found = familyOf(host) === null ? names[host] : [host];
    if (found === undefined) {
      return Promise.reject(new ConnFailed("nameUnknown", `Cannot resolve ${host}`));
    }
    return Promise.resolve(
      found.map((address) => ({ address, family: familyOf(address) === 6 ? 6 : 4 })),
    );
  };
}

function device(...addresses: readonly string[]): Via {
  return { kind: "device", device: "wlan0", addresses };
}

async function reached(host: string, via: Via, names = NAMES): Promise<readonly string[]> {
  return (await reachableAddresses(host, via, resolving(names))).map(({ address }) => address);
}

Deno.test("only addresses of families that the way has are dialled", async () => {
  assertEquals(await reached("snapt.example", { kind: "any" }), ["2001:db8::7", "192.0.2.7"]);
  assertEquals(await reached("snapt.example", device("10.0.0.2")), ["192.0.2.7"]);
  assertEquals(await reached("snapt.example", device("fd00::2")), ["2001:db8::7"]);
  const from = { kind: "address", address: "10.0.0.2" } as const;
  assertEquals(await reached("snapt.example", from), ["192.0.2.7"]);
});

Deno.test("a SNAPT with IPv4 only is reached from a network with IPv6 only that translates", async () => {
  const translating = { ...NAMES, "ipv4only.arpa": ["192.0.0.170", "64:ff9b::c000:aa"] };
  for (const host of ["old.example", "192.0.2.7"]) {
    assertEquals(await reached(host, device("fd00::2"), translating), ["64:ff9b::c000:207"]);
  }
  assertEquals(await reached("old.example", device("10.0.0.2"), translating), ["192.0.2.7"]);
});

Deno.test("what cannot be reached is said, also when nothing is known of a translation", async () => {
  const six = device("fd00::2");
  await assertRejects(() => reached("old.example", six), ConnFailed, "no address of a family");
  const untranslated = { ...NAMES, "ipv4only.arpa": ["192.0.0.170"] };
  await assertRejects(() => reached("old.example", six, untranslated), ConnFailed, "family");
  await assertRejects(() => reached("new.example", device("10.0.0.2")), ConnFailed, "family");
});

Deno.test("an address of a zone is dialled by that device only, whatever addresses it has", async () => {
  assertEquals(await reached("fe80::1%wlan0", device("10.0.0.2")), ["fe80::1%wlan0"]);
  await assertRejects(() => reached("fe80::1%eth0", device("fd00::2")), ConnFailed, "family");
});
