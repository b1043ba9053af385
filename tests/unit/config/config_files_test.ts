import { formatStreamAddress } from "../../../lib/config/stream_address.ts";
/**
 * Every file in tests/config: those in `valid` are read, those in `invalid` are refused with the
 * messages beside them, where *** stands for any text.
 */
import { parseSourceRange } from "../../../lib/core/access/source_list.ts";
import { parseDestinationRule } from "../../../lib/core/access/destination_rule.ts";
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { ConfigInvalid } from "../../../lib/config/config_invalid.ts";
import { configText } from "../../../lib/config/config_text.ts";
import { parseSnaptConfig } from "../../../lib/config/snapt_config.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { lacks } from "../../system_needs.ts";

const FOLDER = new URL("../../config/", import.meta.url);
/** What all tickets of these files have in them: the key. */
const SECRET = "oKGio6SlpqeoqaqrrK2ur7Cx";

function filesIn(folder: "valid" | "invalid"): readonly string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, FOLDER))].map(({ name }) => name).filter(
    (name) => name.endsWith(".yaml"),
  ).sort();
}

function read(folder: "valid" | "invalid", name: string) {
  const text = configText(Deno.readFileSync(new URL(`${folder}/${name}`, FOLDER)), name);
  return name.startsWith("cnapt") ? parseCnaptConfig(text, name) : parseSnaptConfig(text, name);
}

/** A file with Unix sockets is refused for them where the system has none. */
function cannotBeTried(folder: "valid" | "invalid", name: string): boolean {
  const text = Deno.readTextFileSync(new URL(`${folder}/${name}`, FOLDER));
  return text.includes("unix:") && lacks("unixSockets", name);
}

for (const name of filesIn("valid")) {
  Deno.test(`${name} is read`, { ignore: cannotBeTried("valid", name) }, () => {
    read("valid", name);
  });
}

for (const name of filesIn("invalid")) {
  Deno.test(`${name} is refused with the messages beside it`, {
    ignore: cannotBeTried("invalid", name),
  }, async () => {
    const { message } = assertThrows(() => read("invalid", name), ConfigInvalid);
    const beside = new URL(`invalid/${name.replace(/yaml$/, "txt")}`, FOLDER);
    const expected = (await Deno.readTextFile(beside)).trimEnd();
    assert(matches(message, expected), `expected\n${expected}\ngot\n${message}`);
    assert(!message.includes(SECRET.slice(4, 16)), "a secret is quoted");
  });
}

function matches(text: string, expected: string): boolean {
  const pattern = expected.split("***").map((part) => RegExp.escape(part)).join(".*");
  return new RegExp(`^${pattern}$`).test(text);
}

Deno.test("snapt-everything.yaml says what each setting becomes", {
  ignore: cannotBeTried("valid", "snapt-everything.yaml"),
}, () => {
  const { services, ...rest } = read("valid", "snapt-everything.yaml") as ReturnType<
    typeof parseSnaptConfig
  >;
  assertEquals(rest.name, "home");
  assertEquals(rest.listen, [{ host: "::1", port: 17_787 }, { host: "127.0.0.1", port: 443 }]);
  assertEquals([rest.status, rest.security], [null, "none"]);
  assertEquals(rest.log, { form: "json", level: "debug" });
  assertEquals(rest.mapping, "off");
  assertEquals(rest.metrics, { host: "192.0.2.7", port: 9_787 });
  assertEquals([...services].map(([name, { to }]) => [name, formatStreamAddress(to)]), [
    ["ssh", "127.0.0.1:22"],
    ["db.main", "db.example.org:5432"],
    ["v6", "[2001:db8::7]:80"],
    ["local", "unix:/run/x.sock"],
    ["dns", "127.0.0.1:53"],
  ]);
  assertEquals([...services.values()].map(({ compress }) => compress), [
    "none",
    "zstd",
    "none",
    "none",
    "none",
  ]);
  assertEquals(rest.notify, [
    { kind: "post", url: "http://127.0.0.1:9000/x?key=1" },
    { kind: "command", argv: ["/usr/bin/logger", "-t", "snapt"] },
    { kind: "udp", to: { host: "::1", port: 9_001 } },
  ]);
  const dns = services.get("dns");
  assertEquals([dns?.protocol, dns?.hold, dns?.idle], ["udp", 0, 300_000]);
  assertEquals([dns?.holdOrder, services.get("ssh")?.holdOrder], ["oldest", null]);
  assertEquals([dns?.from, services.get("ssh")?.from], ["anyPort", null]);
  assertEquals(services.get("local")?.port, 5433);
  const ssh = services.get("ssh");
  assertEquals([ssh?.protocol, ssh?.hold, ssh?.idle], ["tcp", null, null]);
  assertEquals([ssh?.keepalive, dns?.keepalive], [120_000, 30_000]);
  assertEquals([services.get("v6")?.proxy, ssh?.proxy], ["v2", null]);
  assertEquals(rest.destinations, [parseDestinationRule("10.0.0.0/8:*")]);
  assertEquals([...rest.clients].map(([name, one]) => [name, one.destinations]), [
    ["laptop", ["*.example.org:443", "[fd00::]/8:22-23"].map(parseDestinationRule)],
    ["phone", []],
  ]);
  assertEquals([...rest.clients.values()].map(({ trustSource }) => trustSource), [true, false]);
  assertEquals([...rest.clients.values()].map(({ direct }) => direct), [7_790, null]);
  assertEquals(rest.balancers, ["192.0.2.0/28", "2001:db8::1"].map(parseSourceRange));
  const { switch: switchMs, inactivity, handshake, drain } = rest.timeouts;
  assertEquals([switchMs, inactivity, handshake, drain], [90_000, 5_400_000, 500, 2_000]);
  const { ring, sessionMemory, processMemory, clients, streams, flows } = rest.limits;
  assertEquals([ring, sessionMemory, processMemory], [65_536, 1_000_000, 1_000_000_000]);
  assertEquals([clients, streams, flows], [2, 16, 17]);
});

Deno.test("cnapt-everything.yaml says what each setting becomes", {
  ignore: cannotBeTried("valid", "cnapt-everything.yaml"),
}, () => {
  const config = read("valid", "cnapt-everything.yaml") as ReturnType<typeof parseCnaptConfig>;
  assertEquals(config.status, { host: "::1", port: 17_786 });
  assertEquals(config.metrics, { host: "0.0.0.0", port: 9_787 });
  const home = config.sites.get("home");
  assertEquals(home?.address, [{ host: "other.example.org", port: 443 }]);
  assertEquals(home?.serverName, { kind: "name", name: "www.example.org" });
  assertEquals(config.sites.get("office")?.serverName, { kind: "none" });
  assertEquals(home?.services?.get("db")?.listen, { host: "::", port: 5432 });
  assertEquals(home?.services?.get("local")?.listen, { path: "/run/user/1000/local.sock" });
  assertEquals(home?.services?.get("local")?.mode, 0o660);
  assertEquals(home?.socks5, { host: "127.0.0.1", port: 1080 });
  assertEquals(home?.http, { host: "::1", port: 3128 });
  assertEquals(home?.services?.get("dns")?.protocol, "udp");
  assertEquals(home?.services?.get("ssh")?.protocol, null);
  const clientServices = [...home?.clientServices.values() ?? []];
  assertEquals(clientServices.map(({ compress }) => compress), ["deflate", "none", "none"]);
  assertEquals(clientServices.map(({ hold, holdOrder, idle }) => [hold, holdOrder, idle]), [
    [null, null, null],
    [2_000, "oldest", 300_000],
    [null, null, null],
  ]);
  assertEquals(clientServices.map(({ from }) => from), [null, "anyPort", null]);
  assertEquals(config.limits.flows, 18);
  assertEquals(home?.ticket.name, "laptop");
  assertEquals(config.sites.get("office")?.services, null);
  const providers = (config.providers ?? []).map((one) => [one.name, one.interface, one.address]);
  assertEquals(providers, [
    [null, "eth0", null],
    ["wifi", "wlan0", null],
    [null, null, "192.0.2.9"],
    ["lte", "wwan0", null],
    [null, null, null],
  ]);
  const lte = config.providers?.at(3);
  assertEquals(lte?.up, { kind: "line", line: "nmcli con up lte" });
  assertEquals(lte?.down, { kind: "program", argv: ["nmcli", "con", "down", "lte"] });
  assertEquals([lte?.services, lte?.withoutServices], [["ssh", "destinations"], null]);
  assertEquals(lte?.timeouts, { up: 60_000, down: 5_000 });
  assertEquals([lte?.vpn?.interface, lte?.vpn?.up], [
    "tun0",
    { kind: "line", line: "systemctl start vpn" },
  ]);
  const cellular = config.providers?.at(-1);
  assertEquals(cellular?.match, { kind: "type", type: "cellular" });
  assertEquals(
    [cellular?.priority, cellular?.metered, cellular?.cost, cellular?.use, cellular?.confirm],
    [7, false, 2.5, "always", true],
  );
  const { thresholds, ...decision } = config.decision;
  assertEquals(decision, {
    mode: "manual",
    sensitivity: "fast",
    check: 500,
    search: 5_000,
    searchMetered: 3_600_000,
    stable: 60_000,
    standby: "always",
    prefer: "speed",
    weights: {
      ...{ metered: null, priority: 2.5, cost: 0, roundTrip: null },
      ...{ loss: null, rate: null, history: null, services: null },
    },
    answerWithin: 90_000,
    askAgain: 300_000,
  });
  assertEquals(thresholds.loss, {
    warning: 0.07,
    warningRecovery: 0.04,
    critical: 0.5,
    criticalRecovery: 0.35,
  });
  assertEquals([thresholds.signal.warning, thresholds.betterCount], [50, 4]);
  assertEquals(config.timeouts, { switch: 30_000, sites: 750, drain: 0 });
  assertEquals(config.notify, [{ kind: "udp", to: { host: "127.0.0.1", port: 9_001 } }]);
  assertEquals([config.heartbeat.interval, config.heartbeat.dead], [1_000, 750]);
  assertEquals(config.log, { form: "text", level: "warn" });
});

Deno.test("a file with hardly anything in it gets the defaults that are documented", () => {
  const snapt = read("valid", "snapt-least.yaml") as ReturnType<typeof parseSnaptConfig>;
  assertEquals([snapt.listen, snapt.status, snapt.security], [
    [{ host: "::", port: 7787 }],
    { host: "127.0.0.1", port: 7788 },
    "tls",
  ]);
  const cnapt = read("valid", "cnapt-least.yaml") as ReturnType<typeof parseCnaptConfig>;
  assertEquals(cnapt.status, { host: "127.0.0.1", port: 7786 });
  assertEquals([cnapt.timeouts.switch, snapt.timeouts.switch], [604_800_000, 604_800_000]);
});

Deno.test("a ticket that was broken into lines in the file is the same ticket", () => {
  const { sites } = read("valid", "cnapt-ticket-in-lines.yaml") as ReturnType<
    typeof parseCnaptConfig
  >;
  const [first, ...others] = [...sites.values()].map(({ ticket }) => ticket);
  assertEquals(others, [first, first]);
});
