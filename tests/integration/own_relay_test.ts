/** A relay, a SNAPT that is reached through it and a CNAPT, as programs, set up as people do. */
import { openLibc } from "../../lib/net/libc.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { echoed, pattern } from "./kit/echoed.ts";
import { freeAddress } from "./kit/process_pair.ts";
import { run, Running } from "./kit/program.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";
import { echo, readAll } from "./kit/server_application.ts";

openLibc(); // opened once for all tests: it is never closed

async function done(...[name, folder, args, input]: Parameters<typeof run>): Promise<string> {
  const { code, out, err } = await run(name, folder, args, input);
  assertEquals(code, 0, err);
  return out.trim();
}

Deno.test("a SNAPT behind a relay is invited, joined and served; the relay restarts, and revokes", () =>
  inFolder(async (folder) => {
    const [vps, home, laptop] = ["vps", "home", "laptop"].map((one) => `${folder}/${one}`) as [
      string,
      string,
      string,
    ];
    await Promise.all([vps, home, laptop].map((one) => Deno.mkdir(one)));
    const [at, metrics] = [freeAddress(), freeAddress()];
    await Deno.writeTextFile(
      `${vps}/relay.yaml`,
      `name: vps\nlisten: "${at}"\nstatus: ${freeAddress()}\nmetrics: ${metrics}\n`,
    );
    await done("snapt", vps, ["relay", "init"]);
    await using server = echo();
    await using talk = udpEcho();
    await Deno.writeTextFile(
      `${home}/snapt.yaml`,
      `name: home\nlisten: 127.0.0.1:0\nplaces: off\nstatus: "${freeAddress()}"\n` +
        `services: { echo: { to: "127.0.0.1:${server.port}" },\n` +
        `  talk: { to: "127.0.0.1:${talk.port}", protocol: udp, hold: 10s } }\n`,
    );
    await using relays = new AsyncDisposableStack();
    const startRelay = () => relays.use(new Running("snapt", vps, ["relay"]));
    const relay = startRelay();
    await Promise.all([
      relay.line(/relay-listening/),
      done("snapt", home, ["init"]),
    ]);

    const code = await done("snapt", vps, ["relay", "invite", "homepc", "--month", "1GB"]);
    await using snapt = new Running("snapt", home);
    await snapt.line(/ listening /);
    const through = await done("snapt", home, ["through", code]);
    assert(
      /reached through vps[^]*reloaded:\nthrough\.vps: added\nCNAPTs that are connected are told[^]*run `snapt invite/
        .test(through),
      through,
    );
    await snapt.line(/relay-attached relay=vps/);
    await snapt.line(/relay-udp relay=vps/);

    const invitation = await done("snapt", home, ["invite", "laptop"]);
    assert(/^[0-9a-z]{16}@/.test(invitation), invitation);
    await Deno.writeTextFile(`${laptop}/cnapt.yaml`, `status: "${freeAddress()}"\nsites:\n`, {
      mode: 0o600,
    });
    const services = ["--service", "echo=127.0.0.1:0", "--service", "talk=127.0.0.1:0/udp"];
    await done("cnapt", laptop, ["join", "-", ...services], invitation);
    const another = await done("snapt", home, ["invite", "late"]);
    await using cnapt = new Running("cnapt", laptop);
    const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
    const talkPort = Number(await cnapt.line(/service=talk .*at=127\.0\.0\.1:(\d+)/));
    await cnapt.line(/ connected .*services=echo/);
    await using talker = new UdpPeer();
    talker.send("before", talkPort);
    await talker.until(1);
    // Who connects is told, and not where the relay is.
    assert(/127\.0\.0\.1/.test(await snapt.line(/session-started client=laptop from=(\S+)/)));

    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const sent = pattern(2_000_000);
    assertEquals(await echoed(conn, sent), sent);

    const seen = await done("snapt", home, ["status"]);
    const there = `relay vps +${at}, connected since \\S+ \\S+, \\d+\\.\\d ms to it, \\d+ parked, `;
    const carried = "[1-9]\\d* connections, \\d+ in all, [2-9]\\.\\d MB in, [2-9]\\.\\d MB out";
    assert(new RegExp(there + carried).test(seen), seen);
    const served = await done("snapt", vps, ["relay", "status"]);
    const counted =
      "\\d+ parked, [1-9]\\d* connections, \\d+ in all, 2\\.\\d MB to it and 2\\.\\d MB from it in \\d+-\\d+ of 1\\.0 GB";
    assert(
      new RegExp(`^homepc +connected since .* from 127\\.0\\.0\\.1:\\d+, ${counted}`, "m").test(
        served,
      ),
      served,
    );
    const told = await (await fetch(`http://${metrics}/metrics`)).text();
    assert(told.includes('\nsnapt_relay_snapt_up{snapt="homepc"} 1\n'), told);
    assert(!told.includes("127."), told);
    assertEquals(await (await fetch(`http://${metrics}/readyz`)).text(), "ready\n");
    assert(served.startsWith(`relay vps at ${at}: 1 of 1 SNAPTs connected`), served);
    const site = await done("cnapt", laptop, ["status"]);
    const { os } = Deno.build;
    const trip = os === "linux" ? ", \\d+\\.\\d ms from here at least" : "";
    assert(new RegExp(`^  through the relay at ${at}${trip}$`, "m").test(site), site);
    const examined = (await run("cnapt", laptop, ["doctor"])).out;
    assert(examined.includes(`SNAPT answers at its relay ${at} over `), examined);

    // Its month is used up: its connections wait, and go on when there is more.
    await done("snapt", vps, ["relay", "limit", "homepc", "--month", "1MB"]);
    await snapt.line(/relay-quota .*quota=spent/);
    const waiting = echoed(conn, pattern(100_000));
    assert(/-> it carries nothing more in this month/.test(await done("snapt", home, ["status"])));
    await done("snapt", vps, ["relay", "limit", "homepc", "--month", "none"]);
    assertEquals(await waiting, pattern(100_000));
    assert(
      /homepc +invited \S+, as much as there is/.test(await done("snapt", vps, ["relay", "list"])),
    );

    await relay.end("SIGKILL");
    const talking = setInterval(() => talker.send("after", talkPort), 50);
    relays.defer(() => clearInterval(talking));
    const during = echoed(conn, pattern(300_000));
    const again = startRelay();
    await again.line(/snapt-attached snapt=homepc/);
    assertEquals(await during, pattern(300_000));
    await talker.until(2);
    assertEquals([talker.got.at(-1), talk.from.size], ["after", 1]); // one address for the server
    await conn.closeWrite();
    assertEquals(await readAll(conn), new Uint8Array(0));

    await done("snapt", vps, ["relay", "revoke", "homepc"]);
    await snapt.line(/relay-lost .*it was revoked there/);
    await cnapt.line(/cannot-reach-snapt .*reason="Cannot reach SNAPT through its relay: /);
    const late = ["join", "-", "--config", `${folder}/late.yaml`];
    const { code: exit, err } = await run("cnapt", laptop, late, another);
    assert(exit === 4 && /SNAPT is not connected to it now.*not spent/.test(err), err);
    const left = await done("snapt", home, ["status"]);
    assert(
      /relay vps .*, not connected since .*it was revoked there[^]*-> get a code/.test(left),
      left,
    );
    assertEquals(await again.end(), 0);
    assertEquals(await snapt.end(), 0);
  }));
