import { assert, assertEquals } from "../../../assert.ts";
import { entry, HOST, line, Machine } from "./kit/machine.ts";

const LTE = entry({
  name: "lte",
  interface: "wwan0",
  up: line("+wwan0"),
  down: line("-wwan0"),
});
const ETH = entry({ name: "eth", interface: "eth0" });

Deno.test("a provider that a command could bring is a row, and no candidate before it is there", async () => {
  const machine = new Machine([ETH, LTE], ["eth0"]);
  const candidates = () => machine.table.towards(HOST).candidates().map(({ key }) => key);
  assertEquals(machine.keys, ["eth up", "lte raisable"]);
  assertEquals(candidates(), ["eth"]);
  await machine.connect("lte", "eth");
  assertEquals(machine.keys, ["eth up", "lte up"]);
  assertEquals(candidates(), ["eth", "lte"]);
});

Deno.test("a command is told what it is for", async () => {
  const machine = new Machine([ETH, LTE], ["eth0"]);
  await machine.connect("lte", "eth");
  assertEquals(machine.ran[0]?.env, {
    CNAPT_ACTION: "up",
    CNAPT_PROVIDER: "lte",
    CNAPT_INTERFACE: "wwan0",
    CNAPT_FROM: "eth",
    CNAPT_TO: "lte",
    CNAPT_REASON: "test",
  });
});

Deno.test("what is there is not connected again", async () => {
  const machine = new Machine([LTE], ["wwan0"]);
  await machine.connect("lte");
  assertEquals(machine.lines, []);
});

Deno.test("two sites that want the same provider share the command", async () => {
  const machine = new Machine([ETH, LTE], ["eth0"]);
  await Promise.all([machine.connect("lte"), machine.connect("lte")]);
  assertEquals(machine.lines, ["+wwan0"]);
});

Deno.test("a command that fails is reported and the provider is left alone for a while", async () => {
  const machine = new Machine([ETH, { ...LTE, up: line("fail") }], ["eth0"]);
  const error = await machine.failing("lte");
  assertEquals(error.message, "Cannot connect lte: its up command ended with status 4");
  assertEquals(
    machine.connector.failureOf("lte"),
    "its up command ended with status 4 (tried again in 60 s)",
  );
  assert(machine.log.lines.some((one) => one.includes("provider-not-connected")));
  assertEquals(machine.keys, ["eth up", "lte raisable"]);
});

Deno.test("a person who asks may try again at once what failed", async () => {
  const machine = new Machine([ETH, { ...LTE, up: line("fail") }], ["eth0"]);
  await machine.failing("lte");
  await machine.failing("lte");
  assertEquals(machine.lines, ["fail", "fail"]);
});

Deno.test("a network that does not appear is reported, and closed again", async () => {
  const silent = entry({ ...LTE, up: line("nothing"), timeouts: { up: 100, down: 100 } });
  const machine = new Machine([ETH, silent], ["eth0"]);
  const failing = machine.failing("lte");
  await machine.clock.advance(100);
  assertEquals(
    (await failing).detail,
    "its command is done, but wwan0 has had no address for 100 ms",
  );
  assertEquals(machine.lines, ["nothing", "-wwan0"]);
});

Deno.test("release closes what has a command for that and nobody uses", async () => {
  const machine = new Machine([ETH, LTE], ["eth0", "wwan0"]);
  machine.used.add("lte");
  await machine.release("lte");
  assertEquals(machine.lines, []);
  machine.used.clear();
  await Promise.all([machine.release("lte"), machine.release("lte"), machine.release("eth")]);
  assertEquals(machine.lines, ["-wwan0"]);
  await machine.release("lte");
  assertEquals(machine.lines, ["-wwan0"]);
});

Deno.test("a down command that fails is logged and does no harm", async () => {
  const machine = new Machine([{ ...LTE, down: line("fail") }], ["wwan0"]);
  await machine.release("lte");
  assert(machine.log.lines.some((one) => one.includes("provider-not-closed")));
});

Deno.test("what is being closed is connected again when that is done", async () => {
  const machine = new Machine([ETH, LTE], ["eth0", "wwan0"]);
  await Promise.all([machine.release("lte"), machine.connect("lte")]);
  assertEquals(machine.lines, ["-wwan0", "+wwan0"]);
});

const HOME = entry({ name: "home", interface: "wlan0", up: line("+wlan0 home") });
const PHONE = entry({ name: "phone", interface: "wlan0", up: line("+wlan0 phone") });

Deno.test("two networks of one adapter exclude each other, and the table knows which is there", async () => {
  const machine = new Machine([HOME, PHONE, ETH], ["wlan0", "eth0"]);
  assertEquals(machine.keys, ["home up", "phone raisable", "eth up"]);
  assertEquals(machine.connector.excludes("home", "phone"), true);
  assertEquals(machine.connector.excludes("home", "eth"), false);
  await machine.connect("phone", "home");
  assertEquals(machine.keys, ["home raisable", "phone up", "eth up"]);
  assertEquals(machine.lines, ["+wlan0 phone"]);
});

Deno.test("the next network of an adapter is not connected before the last one is gone", async () => {
  const home = { ...HOME, down: line("soon") };
  const machine = new Machine([home, PHONE], ["wlan0"]);
  const releasing = machine.release("home");
  let isReleased = false;
  const released = releasing.then(() => isReleased = true);
  await machine.clock.advance(2_900);
  assertEquals(isReleased, false);
  machine.interfaces.delete("wlan0");
  await machine.clock.advance(100);
  assertEquals(isReleased, true);
  await released;
  await machine.connect("phone", "home");
  assertEquals(machine.keys, ["home raisable", "phone up"]);
});

Deno.test("a network is in the way of the one that a session of another site lives on", () => {
  const machine = new Machine([HOME, PHONE, LTE], ["wlan0"]);
  assertEquals(machine.connector.isInTheWay("phone"), false);
  machine.used.add("home");
  assertEquals(machine.connector.isInTheWay("phone"), true);
  assertEquals(machine.connector.isInTheWay("lte"), false);
});

const overVpn = (name: string, device: string) =>
  entry({
    name,
    interface: device,
    vpn: { interface: "tun0", up: line(`+tun0 ${name}`), down: line(`-tun0 ${name}`) },
  });

Deno.test("a provider with a VPN is there when the VPN is, and bound to its interface", async () => {
  const machine = new Machine([overVpn("office", "eth0")], ["eth0"]);
  assertEquals(machine.keys, ["office raisable"]);
  await machine.connect("office");
  assertEquals(machine.keys, ["office up"]);
  const via = machine.table.towards(HOST).find("office")?.via;
  assertEquals(via?.kind === "device" ? via.device : "", "tun0");
});

Deno.test("a VPN that two providers share is left by the one before it is connected over the other", async () => {
  const machine = new Machine([overVpn("one", "eth0"), overVpn("two", "wlan0")], [
    "eth0",
    "wlan0",
    "tun0",
  ]);
  assertEquals(machine.keys, ["one up", "two raisable"]);
  assertEquals(machine.connector.excludes("one", "two"), true);
  await machine.release("one");
  await machine.connect("two", "one");
  assertEquals(machine.lines, ["-tun0 one", "+tun0 two"]);
  assertEquals(machine.keys, ["one raisable", "two up"]);
  machine.interfaces.delete("wlan0"); // pulled, with the VPN still standing
  await machine.connect("one", "two");
  assertEquals(machine.lines.slice(2), ["-tun0 two", "+tun0 one"]);
});

Deno.test("the VPN is closed before the network, and connected after it", async () => {
  const lte = entry({
    ...LTE,
    vpn: { interface: "tun0", up: line("+tun0"), down: line("-tun0") },
  });
  const machine = new Machine([ETH, lte], ["eth0"]);
  await machine.connect("lte");
  await machine.release("lte");
  assertEquals(machine.lines, ["+wwan0", "+tun0", "-tun0", "-wwan0"]);
});

Deno.test("nothing is connected any more when the program stops", async () => {
  const machine = new Machine([ETH, { ...LTE, up: line("nothing") }], ["eth0"]);
  const connecting = machine.failing("lte");
  machine.stopping.abort();
  assertEquals((await connecting).code, "stopped");
  await machine.connector.close();
});

Deno.test("what failed may be tried again after a minute, and later each time", async () => {
  const machine = new Machine([ETH, { ...LTE, up: line("fail") }], ["eth0"]);
  const pauses: number[] = [];
  for (let times = 0; times < 3; times++) {
    await machine.failing("lte");
    const from = machine.clock.now();
    while (machine.connector.failureOf("lte") !== null) await machine.clock.advance(1_000);
    pauses.push((machine.clock.now() - from) / 1_000);
  }
  assertEquals(pauses, [60, 120, 240]);
});
