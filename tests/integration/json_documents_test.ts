/** Every document of both programs is as its schema says, in the states in which it is read. */
import { openLibc } from "../../lib/net/libc.ts";
import { expectDocument } from "../json_documents.ts";
import { schemaFile } from "../../scripts/document_schemas/schema_file.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { DocumentsWorld } from "./kit/documents_world.ts";
import { PROVIDERS } from "./kit/process_pair.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

openLibc(); // opened once for all tests: it is never closed

const [USED] = PROVIDERS;

/** Only a page asks for it: tests/unit/status/history holds it against its schema. */
const OF_THE_PAGE = "cnapt.history.1.schema.json";

/** The schemas of documents that are shipped, by the names of their files. */
function shipped(): readonly string[] {
  const folder = new URL("../../docs/schemas/", import.meta.url);
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.includes(".yaml.") && name !== OF_THE_PAGE).sort();
}

Deno.test("every document is as its schema says: behind a relay, asked, switched, away, refused, wrong", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using talk = udpEcho();
    await using notices = new UdpPeer();
    const ports = { echo: server.port, talk: talk.port, notices: notices.port };
    const world = await DocumentsWorld.prepared(folder, ports);

    await world.told("vps", "snapt.relay.init/1", "relay init");
    const { code } = await world.told("vps", "snapt.relay.invite/1", "relay invite home");
    await using relay = world.start("vps");
    const at = await relay.line(/listening .*address=(\S+)/);
    await world.told("home", "snapt.init/1", "init");
    await world.told("home", "snapt.through/1", `through ${at}/${code.split("/").pop()}`);
    await world.allTold("vps", {
      "snapt.relay.limit/1": "relay limit home --month 100GB",
      "snapt.relay.list/1": "relay list",
    });
    await using snapt = world.start("home");
    await snapt.line(/relay-attached/);
    const invited = await world.told("home", "snapt.invite/1", "invite laptop");
    const join = "join - --service echo=127.0.0.1:0 --service talk=127.0.0.1:0/udp";
    await world.told("laptop", "cnapt.join/1", join, invited.code);
    const file = world.at("laptop", "cnapt.yaml");
    const yaml = await Deno.readTextFile(file);
    const printer = `clientServices: { printer: { to: "127.0.0.1:${server.port}" } }`;
    await Deno.writeTextFile(
      file,
      yaml.replace(/^( +)services:/m, `$1socks5: 127.0.0.1:0\n$1${printer}\n$&`),
    );

    const cnapt = world.start("laptop");
    await using _ends = cnapt;
    const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
    const udp = Number(await cnapt.line(/service=talk .*at=127\.0\.0\.1:(\d+)/));
    await cnapt.line(/ connected /);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await writeAll(conn, pattern(3_000));
    assertEquals(await readExactly(conn, 3_000), pattern(3_000));
    await using peer = new UdpPeer();
    peer.send("hello", udp);
    await peer.until(1);

    await cnapt.line(/ confirmation-wanted /);
    const asked = await world.told("laptop", "cnapt.status/1", "status");
    const counts = [asked.streams, asked.flows, asked.offers, asked.proxies, asked.questions];
    assertEquals(counts.map((one) => one.length), [1, 1, 2, 1, 1]);
    const there = await world.told("home", "snapt.status/1", "status");
    assertEquals([there.relays.length, there.sessions.length], [1, 1]);
    assertEquals(there.sessions[0]?.applications.length, 1);
    const relayed = await world.told("vps", "snapt.relay.status/1", "relay status");
    assertEquals(relayed.snapts.length, 1);
    const confirmed = await world.told("laptop", "cnapt.confirm/1", "confirm");
    assertEquals(confirmed.outcome, "switched");
    const switched = await world.told("laptop", "cnapt.switch/1", `switch ${USED}`);
    assertEquals(switched.receipts.length, 1);
    await notices.until(3);
    const heard = notices.bytes.map((one) => JSON.parse(new TextDecoder().decode(one)));
    for (const one of heard) {
      expectDocument(one);
      world.seen.add(one.schema);
    }
    assert(heard.some(({ event }) => event === "confirmationWanted"), JSON.stringify(heard));

    await world.allTold("laptop", {
      ...{ "cnapt.why/1": "why", "cnapt.providers/1": "providers", "cnapt.measure/1": "measure" },
      ...{ "cnapt.check/1": "check", "cnapt.reload/1": "reload", "cnapt.ping/1": "ping --count 1" },
    });
    await world.allTold("laptop", {
      "cnapt.sshConfig/1": "ssh-config --service echo",
      "cnapt.service/1": "service install --print",
      ...{ "cnapt.doctor/1": "doctor", "cnapt.bundle/1": "doctor --bundle --yes" },
    });
    await world.allTold("home", {
      ...{ "snapt.doctor/1": "doctor", "snapt.bundle/1": "doctor --bundle --yes" },
      "snapt.service/1": "service install --print",
    });
    await world.allTold("home", {
      ...{ "snapt.check/1": "check", "snapt.reload/1": "reload", "snapt.list/1": "list" },
      ...{ "snapt.switch/1": "switch --all", "snapt.error/1": "revoke nobody" },
    });
    await world.allTold("vps", {
      "snapt.relay.reload/1": "relay reload",
      "snapt.relay.service/1": "relay service install --print",
    });
    await cnapt.end("SIGKILL");
    const left = await world.told("home", "snapt.status/1", "status");
    assert(left.sessions[0]?.away !== null);

    await using again = world.start("laptop");
    await again.line(/ connected /);
    await world.told("home", "snapt.allow/1", "allow laptop --all");
    await world.told("home", "snapt.revoke/1", "revoke laptop");
    await again.line(/session-ended .*revoked/);
    const refused = await world.told("laptop", "cnapt.status/1", "status");
    assertEquals(refused.sites["home"]?.refusal?.code, "revoked");
    await world.told("home", "snapt.remove/1", "remove laptop");
    await world.told("vps", "snapt.relay.revoke/1", "relay revoke home");

    await Deno.writeTextFile(file, `${yaml}limts: {}\n`);
    for (const command of ["check", "doctor"]) {
      const { exit, problems } = await world.told("laptop", "cnapt.error/1", command);
      assertEquals([exit.code, problems.length], [78, 1], command);
    }
    await Deno.writeTextFile(file, yaml);
    assertEquals((await world.told("laptop", "cnapt.leave/1", "leave home")).left, []);
    assertEquals([...world.seen].map(schemaFile).sort(), shipped());
  }));
