/** Networks as they should not be, and the compiled CNAPT of an ordinary user on them. */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { isConnected } from "./kit/pair_status.ts";
import { REDIS_PORT, REDIS_PROGRAMS, startRedis, startRedisClient } from "./programs/redis.ts";

const ignore = await isLabMissing(REDIS_PROGRAMS);
const WIRES = { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 50 } };
const QUICK = "decision: { check: 200ms, search: 1s, sensitivity: fast }\n";
const LIMIT_MS = 30_000;

async function startPair(lab: Lab, cnaptYaml = QUICK): Promise<Pair> {
  await startRedis(lab.server);
  return await Pair.start(lab, { services: { redis: REDIS_PORT }, cnaptYaml });
}

/** A client on the laptop, and a way to see that its connection works. */
function startClient(lab: Lab, pair: Pair) {
  const client = startRedisClient(lab.laptop, pair.target("redis"));
  let asked = 0;
  const ask = async () => {
    asked += 1;
    await client.write(`echo answer-${asked}\n`);
    await client.waitFor(new RegExp(`answer-${asked}\\b`), AbortSignal.timeout(LIMIT_MS));
  };
  return ask;
}

Deno.test("an interface that is up without an address is left alone until it has one", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await lab.laptop.dropAddress("wlan0");
  await lab.laptop.configure("ip addr add 169.254.7.7/16 dev wlan0"); // as one has without DHCP
  const pair = await startPair(lab);
  const ask = startClient(lab, pair);
  await ask();
  const { stdout } = await pair.run("cnapt", ["providers", "--probe"]);
  assert(stdout.includes("eth0") && !stdout.includes("wlan0"), stdout);
  await lab.laptop.plug("wlan0");
  await pair.run("cnapt", ["providers", "--probe"]);
  await lab.laptop.unplug("eth0");
  await pair.waitUntilOn("wlan0");
  await ask();
});

Deno.test("fifty addresses are one network, and none of them is missed when it goes", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const numbers = Array.from({ length: 49 }, (_, index) => 100 + index);
  const change = (action: "add" | "del") =>
    numbers.map((number) => `ip addr ${action} 10.1.0.${number}/24 dev eth0`).join("\n");
  await lab.laptop.configure(change("add"));
  const pair = await startPair(lab);
  const ask = startClient(lab, pair);
  await pair.waitUntilOn("eth0");
  await ask();
  await lab.laptop.configure(change("del"));
  await pair.run("cnapt", ["providers", "--probe"]);
  await ask();
  const { switches, provider } = await pair.status();
  // Connections from an address that is there still need not move, and others only once.
  assert(switches.length <= 1, JSON.stringify(switches));
  assertEquals(provider, switches.at(-1)?.to ?? "eth0");
});

Deno.test("two interfaces in one network are two ways there", { ignore }, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const { laptop } = lab;
  await laptop.configure(`ip link add link eth0 name eth1 type macvlan mode bridge
ip addr add 10.1.0.77/24 dev eth1
ip link set eth1 up
ip route add default via 10.1.0.1 dev eth1 metric 300`);
  const order = "[{ match: eth0, priority: 1 }, { match: eth1, priority: 2 }]";
  const pair = await startPair(lab, `${QUICK}providers: ${order}\n`);
  const ask = startClient(lab, pair);
  await pair.waitUntilOn("eth0");
  await ask();
  const { stdout } = await pair.run("cnapt", ["doctor"]);
  assert(/attention +interfaces eth0 and eth1: both are in 10\.1\.0\./.test(stdout), stdout);
  const moved = await pair.run("cnapt", ["switch", "eth1", "--json"]);
  assertEquals(JSON.parse(moved.stdout).outcome, "switched");
  await ask();
  const sockets = (await laptop.run(["ss", "-tnH", "dst", lab.serverAddress])).stdout;
  assert(/10\.1\.0\.77(%eth1)?:/.test(sockets), sockets);
  await laptop.configure("ip link del eth1");
  // Whichever answers first: eth0, or the network beside it.
  await pair.waitUntil((status) => status.provider !== "eth1" && isConnected(status));
  await ask();
});

Deno.test("a default route to nowhere keeps nobody from the network that works", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await lab.laptop.configure(`ip route del default dev eth0
ip route add default via 10.1.0.99 dev eth0 metric 1`);
  const pair = await startPair(lab);
  const ask = startClient(lab, pair);
  await pair.waitUntilOn("wlan0");
  await ask();
  const { stdout } = await pair.run("cnapt", ["doctor"]);
  assert(/attention +site home: .* over eth0: /.test(stdout), stdout);
});

Deno.test("without `ip` the networks are looked at now and then, and a pulled cable is noticed", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab, `${QUICK}log: debug\n`);
  await pair.cnapt.stop();
  const folder = `${lab.laptop.home}/bin`;
  await lab.laptop.run(["mkdir", folder]);
  for (const program of ["sh", "cat"]) {
    await lab.laptop.run(["ln", "-s", `/bin/${program}`, `${folder}/${program}`]);
  }
  await pair.startCnapt({ path: folder });
  const limit = AbortSignal.timeout(LIMIT_MS);
  await pair.cnapt.waitFor(/interfaces-polled reason="?ip is not installed/, limit);
  await pair.waitUntilOn("eth0");
  const ask = startClient(lab, pair);
  await ask();
  await lab.laptop.unplug("eth0");
  await pair.cnapt.waitFor(/provider-lost provider=eth0/, limit);
  await pair.waitUntilOn("wlan0");
  await ask();
});

Deno.test("a second network that goes while connections move to it is used when it is back", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab, "");
  const asking = Array.from({ length: 10 }, () => startClient(lab, pair));
  for (const ask of asking) await ask();
  await pair.run("cnapt", ["providers", "--probe"]); // so that links are parked there
  await lab.laptop.unplug("eth0");
  await lab.laptop.unplug("wlan0");
  await pair.cnapt.waitFor(/cannot-reach-snapt/, AbortSignal.timeout(LIMIT_MS));
  lab.laptop.takeNextAddress("wlan0");
  await lab.laptop.plug("wlan0");
  await pair.waitUntilOn("wlan0");
  await Promise.all(asking.map((ask) => ask()));
});

Deno.test("CNAPT that starts without a network says what it waits for, and goes on with one", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab);
  await pair.cnapt.stop();
  await lab.laptop.unplug("eth0");
  await lab.laptop.unplug("wlan0");
  await pair.startCnapt({ isAlone: true });
  const limit = AbortSignal.timeout(LIMIT_MS);
  await pair.cnapt.waitFor(/cannot-reach-snapt/, limit);
  const waiting = await pair.run("cnapt", ["status"]);
  assert(/not reached/.test(waiting.stdout), waiting.stdout);
  const ask = startClient(lab, pair); // its connection is accepted, and waits
  const answer = ask();
  await lab.laptop.plug("wlan0");
  await pair.waitUntil((status) => status.provider === "wlan0" && isConnected(status));
  await answer;
});
