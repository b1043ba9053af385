/** The decision task of the compiled programs, as an ordinary user: it chooses by itself. */
import { assert, assertEquals } from "../assert.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Lab } from "./kit/lab.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 30 } };
const QUICK = "decision: { check: 200ms, search: 1s, stable: 3s, sensitivity: fast }\n";

async function startPair(lab: Lab, cnaptYaml = QUICK): Promise<Pair> {
  return await Pair.start(lab, { services: { nothing: 9 }, cnaptYaml });
}

Deno.test("the session fails back by itself when the better network is there again", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab);
  await pair.waitUntilOn("eth0");
  await lab.laptop.unplug("eth0");
  await pair.waitUntilOn("wlan0");
  await lab.laptop.plug("eth0");
  const status = await pair.waitUntilOn("eth0");
  assertEquals(status.switches.map(({ kind, to }) => [kind, to]), [
    ["sudden", "wlan0"],
    ["overlapped", "eth0"],
  ]);
  const { stdout } = await pair.run("cnapt", ["why"]);
  assert(/leaves wlan0 for eth0: eth0 is better by \d+ points/.test(stdout), stdout);
});

Deno.test("a network that comes and goes is left once", { ignore }, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab, QUICK.replace("stable: 3s", "stable: 1m"));
  await pair.waitUntilOn("eth0");
  for (let i = 0; i < 4; i++) {
    await lab.laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
    await lab.laptop.plug("eth0");
    await pair.run("cnapt", ["providers", "--probe"]);
  }
  assertEquals((await pair.status()).switches.length, 1);
});

Deno.test("what was asked for stays, until that is taken back", { ignore }, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab);
  await pair.switchTo("wlan0");
  const { stdout } = await pair.run("cnapt", ["providers", "--probe"]);
  assert(/\* wlan0 +wifi/.test(stdout) && / eth0 +ethernet/.test(stdout), stdout);
  assertEquals(stdout.match(/answers/g)?.length, 2, stdout);
  assert((await pair.run("cnapt", ["why"])).stdout.includes("wlan0 was asked for"));
  await pair.run("cnapt", ["switch", "--auto"]);
  await pair.waitUntilOn("eth0");
});

Deno.test("a network that falls silent is outvoted by the other", { ignore }, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab);
  await pair.run("cnapt", ["providers", "--probe"]);
  await lab.wire("eth0").silence();
  const status = await pair.waitUntilOn("wlan0");
  const last = status.switches.at(-1);
  assertEquals(last?.kind, "sudden");
  assert(last?.reason.includes("answers over another network"), last?.reason);
});

Deno.test("the doctor of an ordinary user finds both networks well, then one that is broken", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab);
  const well = (await pair.run("cnapt", ["doctor"])).stdout;
  for (const name of ["eth0", "wlan0"]) {
    assert(new RegExp(`ok +interface ${name}: used, `).test(well), well);
    assert(new RegExp(`ok +site home: SNAPT answers at .* over ${name}, `).test(well), well);
  }
  assert(/ok +choice of interface: sockets are bound to the device/.test(well), well);
  assert(/ok +running CNAPT: connected over eth0/.test(well), well);
  await lab.wire("wlan0").silence();
  const half = (await pair.run("cnapt", ["doctor"])).stdout;
  assert(/attention +site home: .* over wlan0: SNAPT does not answer/.test(half), half);
  await lab.laptop.unplug("eth0");
  const none = await pair.run("cnapt", ["doctor"], { mayFail: true });
  assertEquals(none.code, 1);
  assert(/FAILS +site home: .* over wlan0/.test(none.stdout), none.stdout);
});
