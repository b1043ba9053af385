/** A SNAPT as a process that reads again what its CNAPTs may do. */
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { nobodyListens } from "../kit/nobody_listens.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { besidePair } from "../kit/reloaded_pair.ts";
import { echo, pattern, readExactly, writeAll } from "../kit/server_application.ts";
import { StdioProcess } from "../kit/stdio_process.ts";
import { udpEcho, UdpPeer } from "../kit/udp_peer.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const all = 'destinations: ["127.0.0.0/8:*"]\n';

Deno.test("a connection to a destination that is allowed no longer is reset, and no other", () =>
  besidePair(async (pair, port) => {
    await using second = echo();
    const { cnaptFolder, snapt } = pair.pair;
    using conn = await pair.pair.connect();
    const bytes = 20_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    await using kept = new StdioProcess(cnaptFolder, [`127.0.0.1:${port}`]);
    await using taken = new StdioProcess(cnaptFolder, [`127.0.0.1:${second.port}`]);
    for (const one of [kept, taken]) {
      await one.type("before");
      assertEquals(await one.output(6), "before");
    }
    const said = await pair.reload(
      "snapt",
      (yaml) => yaml.replace(all, `clients: { laptop: { destinations: ["127.0.0.1:${port}"] } }\n`),
    );
    assertEquals(
      said,
      "Reloaded.\ndestinations: changed\nclients.laptop.destinations: changed\n",
    );
    assert((await taken.ended()).code !== 0);
    await kept.type("behind");
    assertEquals(await kept.output(6), "behind");
    await using late = new StdioProcess(cnaptFolder, [`127.0.0.1:${second.port}`]);
    assert((await late.ended()).code !== 0);
    await writing;
    assertEquals(await reading, pattern(bytes));
    assert(!/session-ended/.test(snapt.log), snapt.log);
  }, { snaptYaml: all }));

Deno.test("UDP services come and go while a connection and another conversation go on", () =>
  besidePair(async (pair) => {
    const { cnapt, snapt } = pair.pair;
    await using dns = udpEcho();
    await using ntp = udpEcho();
    await using application = new UdpPeer();
    using conn = await pair.pair.connect();
    const bytes = 20_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    const ask = async (at: string) => {
      const before = application.got.length;
      application.send("a question", Number(at.split(":")[1]));
      await application.until(before + 1);
    };
    const udp = (name: string, port: number) => (yaml: string) =>
      yaml.replace("} }", `}, ${name}: { to: "127.0.0.1:${port}", protocol: udp } }`);
    const offer = (name: string, at: string) => (yaml: string) =>
      yaml.replace(/^( +)echo:/m, `$1${name}: { listen: "${at}", protocol: udp }\n$1echo:`);
    const [dnsAt, ntpAt] = [loopback(freeAddress()), loopback(freeAddress())];
    assertEquals(
      await pair.reload("snapt", udp("dns", dns.port)),
      "Reloaded.\nservices.dns: added\n",
    );
    await pair.reload("cnapt", offer("dns", dnsAt));
    await ask(dnsAt);
    await pair.reload("snapt", udp("ntp", ntp.port));
    await pair.reload("cnapt", offer("ntp", ntpAt));
    await ask(ntpAt);
    await ask(dnsAt);
    assertEquals(dns.from.size, 1, "it is one conversation to its server all the time");
    const said = await pair.reload("snapt", (yaml) => yaml.replace(/, ntp: \{[^}]*\}/, ""));
    assertEquals(said, "Reloaded.\nservices.ntp: removed\n");
    application.send("a question", Number(ntpAt.split(":")[1]));
    await cnapt.line(/flow-refused .*service=ntp reason_code=notAllowed/);
    await ask(dnsAt);
    assertEquals([ntp.got.length, dns.from.size], [1, 1]);
    await writing;
    assertEquals(await reading, pattern(bytes));
    assert(!/session-ended/.test(snapt.log), snapt.log);
  }));

/** The same port at 127.0.0.1. */
function loopback(address: string): string {
  return `127.0.0.1:${address.split(":")[1]}`;
}

Deno.test("client services come and go at both ends while a call goes on", () =>
  besidePair(async (pair, port) => {
    const { cnapt, snapt } = pair.pair;
    await using fax = echo();
    const offered = (services: string) => (yaml: string) =>
      yaml.replace(/^( +)(?:clientServices: .*\n +)?services:/m, `$1${services}$1services:`);
    const pager = `pager: { to: "127.0.0.1:${port}" }`;
    const ports = `clientServices: [${port}, ${fax.port}]`;
    await pair.reload("cnapt", offered(`clientServices: { ${pager} }\n`));
    await cnapt.line(/client-service-refused .*service=pager /);
    await pair.reload("snapt", (yaml) => yaml.replace("clientServices: []", ports));
    const hostname = await snapt.line(/client-service-opened .*service=pager at=([0-9.]+):/);
    using call = await Deno.connect({ hostname, port });
    await writeAll(call, pattern(5_000));
    assertEquals(await readExactly(call, 5_000), pattern(5_000));

    const two = `clientServices: { ${pager}, fax: { to: "127.0.0.1:${fax.port}" } }\n`;
    await pair.reload("cnapt", offered(two));
    await snapt.line(/client-service-opened .*service=fax /);
    using other = await Deno.connect({ hostname, port: fax.port });
    await writeAll(other, pattern(5_000));
    assertEquals(await readExactly(other, 5_000), pattern(5_000));
    const less = `clientServices: [${fax.port}]`;
    await pair.reload("snapt", (yaml) => yaml.replace(ports, less));
    await snapt.line(/client-service-not-opened .*service=pager /);
    await nobodyListens({ hostname, port });
    await writeAll(call, pattern(5_000));
    assertEquals(await readExactly(call, 5_000), pattern(5_000));
    assert(!/session-ended/.test(snapt.log), snapt.log);
  }, { snaptYaml: "virtual: { addresses: 127.78.0.0/24 }\nclientServices: []\n" }));
