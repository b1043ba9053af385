/** The compiled CNAPT of a laptop that loses a network, and then the last one. */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";

const ignore = await isLabMissing([]);
const LIMIT_MS = 60_000;
/** How much later a pulled cable may be noticed while the address stays, on a busy machine. */
const MOST_LATER_MS = 300;

const limit = () => AbortSignal.timeout(LIMIT_MS);

async function startPair(lab: Lab, cnaptYaml: string): Promise<Pair> {
  await startEchoServer(lab);
  return await Pair.start(lab, { services: { echo: ECHO_PORT }, cnaptYaml });
}

Deno.test("a pulled cable is noticed as fast while the address stays as when it goes", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const { laptop } = lab;
  const pair = await startPair(lab, "");
  const longest: number[] = [];
  for (const keepAddress of [false, true, false, true]) {
    await pair.waitUntilOn("eth0");
    await pair.run("cnapt", ["providers", "--probe"]); // so that links are parked beside
    const client = await startGapClient(lab, pair.target("echo"));
    await laptop.unplug("eth0", { keepAddress });
    await pair.waitUntilOn("wlan0");
    longest.push(await client.finish());
    await laptop.plug("eth0");
    await pair.run("cnapt", ["providers", "--probe"]);
    await pair.switchTo("eth0");
    await pair.run("cnapt", ["switch", "--auto"]);
  }
  const [goneMs = 0, keptMs = 0, goneAgainMs = 0, keptAgainMs = 0] = longest;
  console.log(`address gone ${goneMs} and ${goneAgainMs} ms, kept ${keptMs} and ${keptAgainMs} ms`);
  const later = Math.min(keptMs, keptAgainMs) - Math.max(goneMs, goneAgainMs);
  assert(later <= MOST_LATER_MS, `${longest} ms`);
});

Deno.test("who has no network left is told, and connections go on with the next", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const { laptop } = lab;
  // A bridge of containers is no network, however well it is.
  await laptop.configure(`ip link add name incusbr0 type bridge
ip addr add 10.77.0.1/24 dev incusbr0
ip link set incusbr0 up
ip link add name port0 type veth peer name inside0
ip link set port0 master incusbr0 up
ip link set inside0 up`);
  const told = `${laptop.home}/told`;
  const pair = await startPair(
    lab,
    `notify:\n  - command: [sh, -c, 'cat >> "$0"', ${told}]\n`,
  );
  const { stdout: table } = await pair.run("cnapt", ["providers"]);
  assert(!table.includes("incusbr0"), table);
  const client = await startGapClient(lab, pair.target("echo"));
  await laptop.unplug("eth0", { keepAddress: true });
  await laptop.unplug("wlan0", { keepAddress: true });
  await pair.cnapt.waitFor(/no-network/, limit());
  const { stdout: status } = await pair.run("cnapt", ["status"]);
  assert(/^This machine has had no network for \d/.test(status), status);
  const { stdout: why } = await pair.run("cnapt", ["why"]);
  assert(/this machine has none since/.test(why), why);
  const { stdout: json } = await pair.run("cnapt", ["status", "--json"]);
  assertEquals(typeof JSON.parse(json).noNetworkSince, "string");
  await laptop.plug("wlan0");
  await pair.waitUntilOn("wlan0");
  await pair.cnapt.waitFor(/network-again/, limit());
  await client.finish();
  const { stdout: notices } = await laptop.run(["cat", told]);
  const events = notices.trim().split("\n").map((line) => JSON.parse(line).event);
  assertEquals(events.filter((event) => event === "noNetwork").length, 1, notices);
  const { stdout: after } = await pair.run("cnapt", ["status", "--json"]);
  assertEquals(JSON.parse(after).noNetworkSince, null);
});
