import { changeOf, isSame } from "../../../lib/config/config_change.ts";
import { changeOfCnapt } from "../../../lib/config/cnapt_change.ts";
import { parseSnaptConfig } from "../../../lib/config/snapt_config.ts";
import { changeOfSnapt } from "../../../lib/config/snapt_change.ts";
import { type CnaptConfig, parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { assertEquals } from "../../assert.ts";

const snapt = (yaml: string) => parseSnaptConfig(yaml, "snapt.yaml");
const SNAPT = "services: { ssh: { to: 127.0.0.1:22 }, dns: { to: 127.0.0.1:53, protocol: udp } }\n";

Deno.test("a configuration that says the same changes nothing, however it is written", () => {
  const { config, applied, needsRestart } = changeOfSnapt(
    snapt(SNAPT),
    snapt(`log: info # as it was\n${SNAPT}`),
    { canRun: true },
  );
  assertEquals([applied, needsRestart], [[], []]);
  assertEquals(isSame(config, snapt(SNAPT)), true);
});

Deno.test("settings that cannot change keep their value, the others do not", () => {
  const change = changeOfSnapt(
    snapt(SNAPT),
    snapt(
      "name: other\nlisten: 127.0.0.1:7\ntimeouts: { drain: 1s, switch: 1h }\nlog: debug\n" +
        "limits: { clients: 3, streams: 9 }\n" +
        "services: { db: { to: 127.0.0.1:5432 }, ssh: { to: 127.0.0.1:2222 } }\n",
    ),
    { canRun: true },
  );
  assertEquals(change.applied, [
    "services.db: added",
    "services.ssh.to: changed",
    "services.dns: removed",
    "timeouts.switch: changed",
    "timeouts.drain: changed",
    "limits.clients: changed",
    "limits.streams: changed",
    "log.level: changed",
  ]);
  assertEquals(change.needsRestart, [
    "name",
    "listen",
  ]);
  const { name, listen, services, timeouts, limits, log } = change.config;
  assertEquals([name, listen, log.level], [null, [{ host: "::", port: 7787 }], "debug"]);
  assertEquals([timeouts.drain, limits.clients, limits.streams], [1_000, 3, 9]);
  assertEquals([...services.keys()], ["db", "ssh"]);
  assertEquals(services.get("ssh")?.to, { host: "127.0.0.1", port: 2222 });
});

Deno.test("relays come and go while it runs, but not without TLS", () => {
  const relay = (port: number) => snapt(`${SNAPT}through: { vps: "relay.example.org:${port}" }\n`);
  const canRun = { canRun: true };
  assertEquals(changeOfSnapt(snapt(SNAPT), relay(7), canRun).applied, ["through.vps: added"]);
  assertEquals(changeOfSnapt(relay(7), relay(8), canRun).applied, ["through.vps: changed"]);
  const plain = snapt(`security: none\n${SNAPT}`);
  assertEquals(changeOfSnapt(plain, relay(7), canRun).needsRestart, ["security", "through.vps"]);
});

Deno.test("what one CNAPT may do changes setting by setting, named or not, but for its address", () => {
  const of = (clients: string) => snapt(`${SNAPT}virtual: { addresses: 10.9.0.0/24 }\n${clients}`);
  const named = of(
    'clients: { laptop: { destinations: ["10.0.0.0/8:22"], direct: 7790, address: 10.9.0.7 } }',
  );
  const change = changeOfSnapt(of(""), named, { canRun: true });
  assertEquals(change.applied, [
    "clients.laptop.destinations: changed",
    "clients.laptop.direct: changed",
  ]);
  assertEquals(change.needsRestart, ["clients.laptop.address"]);
  const back = changeOfSnapt(change.config, of('destinations: ["*:443"]'), { canRun: true });
  assertEquals([back.applied.length, back.needsRestart], [3, []]);
  assertEquals(back.config.clients.get("laptop")?.destinations, []);
});

Deno.test("a program to tell needs a restart where the right to start programs was given up", () => {
  const wanted = snapt(`${SNAPT}notify: [{ command: [notify-send, hello] }]`);
  assertEquals(changeOfSnapt(snapt(SNAPT), wanted, { canRun: false }).needsRestart, ["notify"]);
  assertEquals(changeOfSnapt(snapt(SNAPT), wanted, { canRun: true }).applied, ["notify: changed"]);
});

function cnapt(services: string, more = "", key = 1): CnaptConfig {
  const ticket = encodeTicket({
    name: "laptop",
    address: { host: "127.0.0.1", port: 7787 },
    site: "home",
    id: new Uint8Array(16),
    key: new Uint8Array(32).fill(key),
    certificate: null,
  });
  const yaml = `sites: { home: { ticket: ${ticket}${services} } }\n${more}`;
  return parseCnaptConfig(yaml, "cnapt.yaml");
}

const RIGHTS = { canRun: true };

Deno.test("sites come and go, the first one too", () => {
  const one = cnapt("");
  const home = one.sites.get("home");
  if (home === undefined) throw new TypeError("there is no site");
  const two = { ...one, sites: new Map([["home", home], ["work", home]]) };
  const work = { ...one, sites: new Map([["work", home]]) };
  assertEquals(changeOfCnapt(one, two, RIGHTS).applied, ["sites.work: added"]);
  assertEquals(changeOfCnapt(two, one, RIGHTS).applied, ["sites.work: removed"]);
  const { config, needsRestart } = changeOfCnapt(two, work, RIGHTS);
  assertEquals([needsRestart, [...config.sites.keys()]], [[], ["work"]]);
});

Deno.test("services of a site change one by one, whether any are named and its ticket do not", () => {
  const ssh = ', services: { ssh: { listen: "127.0.0.1:2222" } }';
  const db = ', services: { db: { listen: "127.0.0.1:5432" } }';
  const one = changeOfCnapt(cnapt(ssh), cnapt(db), RIGHTS);
  assertEquals(one.applied, [
    "sites.home.services.db: added",
    "sites.home.services.ssh: removed",
  ]);
  assertEquals([...one.config.sites.get("home")?.services?.keys() ?? []], ["db"]);
  const other = changeOfCnapt(cnapt(ssh), cnapt("", "status: off", 2), RIGHTS);
  assertEquals(other.applied, []);
  assertEquals(other.needsRestart, [
    "status",
    "sites.home.ticket",
    "sites.home.services",
  ]);
});

Deno.test("client services change, but for those that SNAPT dials", () => {
  const of = (services: string) => cnapt(`, directPort: 7790, clientServices: { ${services} }`);
  const pager = "pager: { to: 127.0.0.1:9100 }";
  const web = "web: { to: 127.0.0.1:80, reach: direct }";
  const { applied, needsRestart } = changeOfCnapt(
    of(pager),
    of(`${pager.replace("9100", "9101")}, ${web}, fax: { to: 127.0.0.1:7 }`),
    RIGHTS,
  );
  assertEquals(applied, [
    "sites.home.clientServices.pager.to: changed",
    "sites.home.clientServices.fax: added",
  ]);
  assertEquals(needsRestart, ["sites.home.clientServices.web"]);
});

Deno.test("where a site is dialled, and by which name, changes as a whole", () => {
  const where = ", address: [192.168.7.2:7787, home.example.org:443], serverName: home.example.org";
  const { applied, needsRestart, config } = changeOfCnapt(cnapt(""), cnapt(where), RIGHTS);
  assertEquals(applied, ["sites.home.address: changed", "sites.home.serverName: changed"]);
  assertEquals([needsRestart, isSame(config, cnapt(where))], [[], true]);
});

Deno.test("who may come in changes, and by which ways", () => {
  const ways = ', socks5: "127.0.0.1:1080", http: "127.0.0.1:8080"';
  const before = cnapt(', socks5: "127.0.0.1:1081"');
  const { applied, needsRestart } = changeOfCnapt(
    before,
    cnapt(ways, "allow: [192.168.7.0/24]"),
    RIGHTS,
  );
  assertEquals(applied, [
    "sites.home.socks5: changed",
    "sites.home.http: changed",
    "allow: changed",
  ]);
  assertEquals(needsRestart, []);
});

Deno.test("the decision and the heartbeat change setting by setting", () => {
  const wanted = cnapt(
    "",
    "decision: { prefer: speed, thresholds: { loss: { warning: 15% } } }\nheartbeat: { dead: 2s }",
  );
  const { applied, needsRestart, config } = changeOfCnapt(cnapt(""), wanted, RIGHTS);
  assertEquals(applied, [
    "decision.prefer: changed",
    "decision.thresholds.loss.warning: changed",
    "heartbeat.dead: changed",
  ]);
  assertEquals([needsRestart, isSame(config, wanted)], [[], true]);
});

Deno.test("providers change, but for a first command where the right to start programs was given up", () => {
  const two = cnapt("", "providers: [{ interface: eth0 }, { interface: wlan0, metered: true }]");
  const modem = cnapt("", "providers: [{ interface: wwan0, up: [modem, up] }]");
  for (const wanted of [two, modem]) {
    assertEquals(changeOfCnapt(cnapt(""), wanted, RIGHTS).applied, ["providers: changed"]);
  }
  const given = { ...RIGHTS, canRun: false };
  assertEquals(changeOfCnapt(cnapt(""), two, given).needsRestart, []);
  assertEquals(changeOfCnapt(cnapt(""), modem, given).needsRestart, ["providers"]);
});

Deno.test("names come in the order of the new text, those that stay without it last", () => {
  const map = (...names: string[]) => new Map(names.map((name) => [name, 1]));
  const { config } = changeOf(map("a", "b"), map("c", "b"), () => false);
  assertEquals([...config.keys()], ["b", "a"]);
});
