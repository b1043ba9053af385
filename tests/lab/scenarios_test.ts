/**
 * The main job, as users have it: real programs, the compiled CNAPT and SNAPT, two networks, and
 * everything that can happen to a network. Nothing may be lost, whatever happens.
 */
import { assert, assertEquals } from "../assert.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Workload, WORKLOAD_PROGRAMS } from "./scenarios/workload.ts";

const ignore = await isLabMissing(WORKLOAD_PROGRAMS);
const SMALL = { megabytes: 40, seconds: 6 };

Deno.test("nothing is lost across a planned switch with both networks up", { ignore }, async () => {
  await using work = await Workload.start({ megabytes: 200, seconds: 8 });
  await work.typeLines(10);
  const receipt = await work.pair.switchTo("wlan0");
  assertEquals([receipt.kind, receipt.from, receipt.to], ["overlapped", "eth0", "wlan0"]);
  await work.finish();
});

Deno.test("after a switch every packet leaves by the new interface", { ignore }, async () => {
  await using work = await Workload.start(SMALL);
  await work.typeLines(5);
  await work.pair.switchTo("wlan0");
  const before = await work.lab.wire("eth0").count();
  await work.finish();
  const after = await work.lab.wire("eth0").count();
  const stray = after["a->b"].ipPackets - before["a->b"].ipPackets;
  // The closing of the old links may still be under way when the receipt is there.
  assert(stray < 200, `${stray} packets left by the old interface`);
  assert(after["a->b"].ipBytes - before["a->b"].ipBytes < 20_000);
});

Deno.test("nothing is lost across a strict switch", { ignore }, async () => {
  await using work = await Workload.start(SMALL);
  await work.typeLines(10);
  const receipt = await work.pair.switchTo("wlan0", { strict: true });
  assertEquals([receipt.kind, receipt.from, receipt.to], ["strict", "eth0", "wlan0"]);
  await work.finish();
});

Deno.test("nothing is lost when the cable is pulled", { ignore }, async () => {
  await using work = await Workload.start(SMALL);
  await work.typeLines(10);
  await work.lab.laptop.unplug("eth0");
  const status = await work.pair.waitUntilOn("wlan0");
  assertEquals(status.switches.at(-1)?.kind, "sudden");
  await work.finish();
});

Deno.test("nothing is lost when the network falls silent and looks well", { ignore }, async () => {
  await using work = await Workload.start(SMALL);
  await work.typeLines(10);
  await work.lab.wire("eth0").silence();
  const status = await work.pair.waitUntilOn("wlan0");
  assertEquals(status.switches.at(-1)?.kind, "sudden");
  await work.finish();
});

Deno.test("nothing is lost across twenty switches in a row", { ignore }, async () => {
  await using work = await Workload.start({ megabytes: 100, seconds: 12 });
  for (let i = 0; i < 20; i++) {
    const to = i % 2 === 0 ? "wlan0" : "eth0";
    assertEquals((await work.pair.switchTo(to, { strict: i % 3 === 2 })).to, to);
  }
  await work.finish();
});

Deno.test("nothing is lost when the cable is pulled during a switch", { ignore }, async () => {
  await using work = await Workload.start(SMALL);
  await work.typeLines(10);
  const switching = work.pair.run("cnapt", ["switch", "wlan0", "--strict"], { mayFail: true });
  await work.lab.laptop.unplug("eth0");
  await switching;
  await work.pair.waitUntilOn("wlan0");
  await work.finish();
});

Deno.test("nothing is lost when both networks go for 20 s and come back with another address", {
  ignore,
}, async () => {
  await using work = await Workload.start({ megabytes: 40, seconds: 4 });
  const { laptop } = work.lab;
  await work.typeLines(10);
  await Promise.all([laptop.unplug("eth0"), laptop.unplug("wlan0")]);
  await work.typeLines(200);
  laptop.takeNextAddress("wlan0");
  await laptop.plug("wlan0");
  const status = await work.pair.waitUntilOn("wlan0");
  assertEquals(status.switches.at(-1)?.kind, "sudden");
  await work.finish();
});
