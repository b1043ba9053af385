/** Client services whose links SNAPT dials (`reach: direct`). */
import { Buffer } from "node:buffer";
import { dial } from "../../lib/net/dial.ts";
import { authenticateCnapt } from "../../lib/relay/link/link_auth.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { KEY, VIRTUAL_ADDRESS } from "./kit/loopback_snapt.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

async function offering(application: number, settings: PairSettings = {}): Promise<LoopbackPair> {
  const pair = await LoopbackPair.connected(1, {
    isDirect: true,
    ...settings,
    clientServices: { pager: application },
  });
  await pair.until((site) => site.clientServices[0]?.address !== "");
  return pair;
}

async function call(port: number): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: VIRTUAL_ADDRESS, port });
}

async function echoed(conn: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  const [received] = await Promise.all([
    readExactly(conn, bytes.length),
    writeAll(conn, bytes),
  ]);
  return Buffer.compare(received, bytes) === 0;
}

/** Where the emulator of the client services was opened last, by the log. */
function emulatorAt(pair: LoopbackPair): string {
  const lines = pair.cnaptLog.lines.filter((line) => line.includes("direct-opened"));
  return /"at":"([^"]+)"/.exec(lines.at(-1) ?? "")?.[1] ?? "";
}

for (const security of ["none", "tls"] as const) {
  Deno.test(`SNAPT dials CNAPT for a client service with security ${security}`, async () => {
    await using client = echo();
    await using pair = await offering(client.port, { security });
    using conn = await call(client.port);
    assert(await echoed(conn, pattern(500_000)));
    assert(emulatorAt(pair).startsWith("127.0.0.2:"), pair.log());
    assert(!pair.log().includes("direct-not-reached"), pair.log());
  });
}

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`direct links follow CNAPT to its new address in an ${shape} switch`, async () => {
    await using client = echo();
    await using pair = await offering(client.port);
    using conn = await call(client.port);
    assert(await echoed(conn, pattern(200_000)));
    for (const [provider, host] of [["b", "127.0.0.3"], ["a", "127.0.0.2"]] as const) {
      assertEquals((await pair.switchTo(provider, shape)).outcome, "switched");
      assert(await echoed(conn, pattern(200_000)));
      assert(emulatorAt(pair).startsWith(`${host}:`), pair.log());
    }
    assert(!pair.log().includes("direct-not-reached"), pair.log());
  });
}

Deno.test("direct links follow CNAPT when its network goes away", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  using conn = await call(client.port);
  for (let times = 1; times <= 4; times++) {
    pair.loseProvider();
    assert(await echoed(conn, pattern(100_000, times)));
    await pair.until(() => pair.receipts.length === times);
  }
});

Deno.test("a link that CNAPT dials is used where SNAPT cannot reach it, and that is said", async () => {
  await using client = echo();
  // SNAPT dials nobody where this CNAPT does not come from.
  await using pair = await offering(client.port, { directHost: "127.0.0.9" });
  using conn = await call(client.port);
  assert(await echoed(conn, pattern(10_000)));
  assert(pair.cnaptLog.lines.some((line) => line.includes("direct-not-reached")), pair.log());
});

Deno.test("the emulator of the client services is closed with the session", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  using conn = await call(client.port);
  assert(await echoed(conn, pattern(10)));
  const [hostname = "", port = ""] = emulatorAt(pair).split(":");
  await pair.site.stop();
  // Whoever connects now finds nobody: the system refuses, or resets what it had taken already.
  await assertRejects(() => Deno.connect({ hostname, port: Number(port) }), Error);
});

Deno.test("who knows no key gets no link of CNAPT's emulator, nor an AUTH that is good elsewhere", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  using conn = await call(client.port);
  assert(await echoed(conn, pattern(10)));
  const [host = "", port = ""] = emulatorAt(pair).split(":");
  const signal = AbortSignal.timeout(10_000);
  const stranger = await dial({ host, port: Number(port) }, { kind: "any" }, { signal });
  // What CNAPT answers there must not pass for the AUTH of a link that CNAPT has dialled.
  const admit = () => Promise.resolve({ kind: "known", key: KEY, client: null } as const);
  await assertRejects(() => authenticateCnapt(stranger, admit), Error, "key does not fit");
  stranger.close();
  assert(await echoed(conn, pattern(1_000)));
});
