import { attention, fails } from "../../../../lib/app/doctor/finding.ts";
import {
  besideRelays,
  lookAtRelays,
  runningRelayFindings,
} from "../../../../lib/app/doctor/look_at_relays.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { RelayKeys } from "../../../../lib/config/relay_keys.ts";
import { noCarriage } from "../../../../lib/relay/own_relay/carriage.ts";
import type { ThroughRelaySnapshot } from "../../../../lib/relay/own_relay/through_relay.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

openLibc(); // opened once for all tests: it is never closed

function relay(name: string, state: "attached" | "absent"): ThroughRelaySnapshot {
  const why = state === "attached" ? null : { reason: "nobody listens there", remedy: "run it" };
  return {
    ...{ name, state, why, address: "relay.example.org:7787", parked: 0, quota: null },
    ...{ since: "2026-11-28T04:10:03.512Z", roundTripMs: 12.34 },
    ...noCarriage(),
  };
}

Deno.test("a relay that is not reached fails, unless SNAPT is at another one", () => {
  const levels = (...all: readonly ThroughRelaySnapshot[]) =>
    runningRelayFindings(all).map(({ level }) => level);
  assertEquals(levels(relay("vps", "attached")), ["ok"]);
  assertEquals(levels(relay("vps", "absent")), ["fails"]);
  assertEquals(levels(relay("vps", "absent"), relay("b", "attached")), ["attention", "ok"]);
  const [found] = runningRelayFindings([relay("vps", "absent")]);
  assertEquals([found?.about, found?.remedy], ["relay vps", "run it"]);
  assert(found?.text.endsWith("relay.example.org:7787: nobody listens there"), found?.text);
});

Deno.test("a month that is used up, or nearly so, is told", () => {
  const level = (state: "free" | "near" | "spent", ...others: readonly ThroughRelaySnapshot[]) => {
    const quota = { state, usedBytes: 9, limitBytes: 10 };
    return runningRelayFindings([{ ...relay("vps", "attached"), quota }, ...others])[0]?.level;
  };
  assertEquals([level("free"), level("near"), level("spent")], ["ok", "attention", "fails"]);
  assertEquals(level("spent", relay("b", "attached")), "attention");
});

Deno.test("who is connected to a relay needs no port that others reach", () => {
  const private_ = attention("address", "192.168.1.5 is reached from the same network only", "x");
  const taken = fails("port", "it is taken");
  const found = (...relays: readonly ThroughRelaySnapshot[]) =>
    besideRelays([private_, taken], relays);
  const [address, port] = found(relay("b", "absent"), relay("vps", "attached"));
  assertEquals([address?.level, address?.remedy, port], ["ok", "", taken]);
  assert(address?.text.endsWith("through relay vps CNAPTs reach it all the same"), address?.text);
  const quota = { state: "spent", usedBytes: 10, limitBytes: 10 } as const;
  for (const none of [[], [relay("b", "absent")], [{ ...relay("vps", "attached"), quota }]]) {
    assertEquals(found(...none), [private_, taken]);
  }
});

Deno.test("where no SNAPT runs, its key and whether somebody answers are looked at", () =>
  inFolder(async (folder) => {
    const keys = new RelayKeys(`${folder}/keys.json`);
    await keys.put({
      ...{ name: "there", certificateHex: "00" },
      ...{ idHex: "1".repeat(32), keyHex: "2".repeat(64) },
    });
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept().then((conn) => conn.close());
    const address = { host: "127.0.0.1", port: listener.addr.port };
    const through = new Map([["there", address], ["keyless", address]]);
    const [there, keyless] = await lookAtRelays({ through }, keys, null);
    await accepted;
    assertEquals([there?.level, keyless?.level], ["ok", "fails"]);
    assert(keyless?.text.includes("no key"), keyless?.text);
    listener.close();
    const [gone] = await lookAtRelays({ through: new Map([["there", address]]) }, keys, null);
    assertEquals(gone?.level, "fails");
    assert(gone?.text.includes("nobody listens there"), gone?.text);
    await Deno.writeTextFile(`${folder}/keys.json`, "no JSON");
    const [broken] = await lookAtRelays({ through: new Map([["there", address]]) }, keys, null);
    assertEquals(broken?.level, "fails");
  }));
