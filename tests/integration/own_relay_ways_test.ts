/** A CNAPT that was paired by a relay finds a shorter way to SNAPT, and keeps it. */
import { openLibc } from "../../lib/net/libc.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { echoed, pattern } from "./kit/echoed.ts";
import { freeAddress } from "./kit/process_pair.ts";
import { run, Running } from "./kit/program.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";
import { echo } from "./kit/server_application.ts";

openLibc(); // opened once for all tests: it is never closed

async function done(...[name, folder, args, input]: Parameters<typeof run>): Promise<string> {
  const { code, out, err } = await run(name, folder, args, input);
  assertEquals(code, 0, err);
  return out.trim();
}

Deno.test("a session moves from a relay to SNAPT's own address, and is there again when the relay is gone", () =>
  inFolder(async (folder) => {
    const [vps, home, laptop] = ["vps", "home", "laptop"].map((one) => `${folder}/${one}`) as [
      string,
      string,
      string,
    ];
    await Promise.all([vps, home, laptop].map((one) => Deno.mkdir(one)));
    const [at, own, status] = [freeAddress(), freeAddress(), freeAddress()];
    await Deno.writeTextFile(`${vps}/relay.yaml`, `name: vps\nlisten: "${at}"\nstatus: off\n`);
    await done("snapt", vps, ["relay", "init"]);
    await using server = echo();
    await using talk = udpEcho();
    await Deno.writeTextFile(
      `${home}/snapt.yaml`,
      `name: home\nlisten: "${own}"\nplaces: off\nstatus: "${freeAddress()}"\n` +
        `services: { echo: { to: "127.0.0.1:${server.port}" },\n` +
        `  talk: { to: "127.0.0.1:${talk.port}", protocol: udp, hold: 10s } }\n`,
    );
    await using relay = new Running("snapt", vps, ["relay"]);
    await relay.line(/relay-listening/);
    await done("snapt", home, ["init"]);
    const code = await done("snapt", vps, ["relay", "invite", "homepc", "--address", at]);
    await done("snapt", home, ["through", "-"], code);
    await using snapt = new Running("snapt", home);
    await snapt.line(/relay-udp/);
    const invitation = await done("snapt", home, ["invite", "laptop"]);
    await Deno.writeTextFile(`${laptop}/cnapt.yaml`, `status: "${status}"\nsites:\n`, {
      mode: 0o600,
    });
    const services = ["--service", "echo=127.0.0.1:0", "--service", "talk=127.0.0.1:0/udp"];
    await done("cnapt", laptop, ["join", "-", ...services], invitation);
    await using cnapt = new Running("cnapt", laptop);
    const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
    const talkPort = Number(await cnapt.line(/service=talk .*at=127\.0\.0\.1:(\d+)/));
    await cnapt.line(/ connected .*services=echo/);
    await using talker = new UdpPeer();
    talker.send("by the relay", talkPort);
    await talker.until(1);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const before = pattern(100_000);
    assertEquals(await echoed(conn, before), before);

    const config = await Deno.readTextFile(`${home}/snapt.yaml`);
    await Deno.writeTextFile(`${home}/snapt.yaml`, config.replace("places: off", "places: auto"));
    await done("snapt", home, ["reload"]);
    const sent = pattern(2_000_000);
    const during = echoed(conn, sent);
    const moved = await cnapt.line(/ switched .*reason="?(SNAPT answers at \S+), a shorter way/);
    assertEquals(moved, `SNAPT answers at ${own}`);
    assertEquals(await during, sent);
    talker.send("to SNAPT itself", talkPort);
    await talker.until(2);

    await relay.end("SIGKILL");
    const after = pattern(50_000);
    assertEquals(await echoed(conn, after), after);
    talker.send("without the relay", talkPort);
    await talker.until(3);
    assertEquals(talk.from.size, 1, "one address for the server");
    assertEquals(await cnapt.end("SIGTERM"), 0);
    await using again = new Running("cnapt", laptop);
    await again.line(/ connected .*services=echo/);
    assert(!/ switch/.test(again.log), again.log);
  }));
