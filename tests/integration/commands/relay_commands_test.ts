/** `snapt relay` and `snapt through`, where they are not used as they should be. */
import { relayStatus } from "../../../lib/app/commands/relay_status.ts";
import { CommandFailed } from "../../../lib/app/program/usage_error.ts";
import { createIdentity, saveIdentity } from "../../../lib/config/identity.ts";
import { parseRelayConfig } from "../../../lib/config/relay_config.ts";
import { relayFiles } from "../../../lib/config/relay_files.ts";
import { formatPairingCode } from "../../../lib/config/pairing_code.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run, Running } from "../kit/program.ts";

openLibc(); // opened once for all tests: it is never closed

const SERVICES = "services: { ssh: { to: 127.0.0.1:22 } }\n";

Deno.test("what cannot be is said in words, and nothing is written", () =>
  inFolder(async (folder) => {
    const said = async (args: readonly string[]) => {
      const { code, err } = await run("snapt", folder, args);
      return `${code} ${err}`;
    };
    const expect = async (args: readonly string[], code: number, part: string) => {
      const got = await said(args);
      assert(got.startsWith(`${code} `) && got.includes(part), got);
    };
    await Deno.writeTextFile(`${folder}/relay.yaml`, "");
    const relay = ["--config", "relay.yaml"];
    await Promise.all([
      expect(
        ["relay", "dance"],
        2,
        "there are run, init, invite, list, status, limit, revoke, reload, service",
      ),
      expect(["relay", "invite", ...relay], 2, "snapt relay invite NAME"),
      expect(["relay", "invite", "homepc", ...relay], 78, "snapt relay init"),
      expect(["relay", "service", ...relay], 2, "there are install, uninstall"),
      expect(
        ["relay", "service", "install", "--config", "none.yaml"],
        78,
        "`snapt relay init` writes",
      ),
      expect(["relay", "limit", "homepc", ...relay], 2, "--month 100GB"),
      expect(["relay", "limit", "nobody", "--month", "1GB", ...relay], 1, "no SNAPT of this name"),
      expect(
        ["relay", "invite", "homepc", "--month", "much", ...relay],
        2,
        "write it with its unit",
      ),
      expect(["relay", "revoke", "nobody", ...relay], 1, "there is no SNAPT of this name"),
      expect(["through", "x"], 78, "no such file"),
    ]);
    await Deno.writeTextFile(`${folder}/snapt.yaml`, SERVICES);
    const address = { host: "127.0.0.1", port: 1 };
    const secret = new Uint8Array(16);
    const code = formatPairingCode({ address, secret });
    const forCnapt = formatPairingCode({
      address,
      others: [{ host: "127.0.0.1", port: 2 }],
      secret,
    });
    await Promise.all([
      expect(["through", "x"], 2, "the code is mistyped"),
      expect(["through", code], 4, "was not reached"),
      expect(["through", forCnapt], 2, "this is a code for `cnapt join`"),
    ]);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => !name.endsWith(".lock"));
    assertEquals(files.sort(), ["relay.yaml", "snapt.yaml"]);
    assertEquals(await Deno.readTextFile(`${folder}/snapt.yaml`), SERVICES);
  }));

/** Runs `test` with the exit reasons that `snapt relay status` fails with, in this process. */
async function besideRelayAt(
  address: string,
  test: (failing: (part: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const files = relayFiles(folder);
    const identity = await createIdentity();
    await saveIdentity(files.identity, identity);
    const config = parseRelayConfig(`status: ${address}`, "relay.yaml");
    await test(async (part) =>
      (await assertRejects(() => relayStatus(files, config, false), CommandFailed, part)).exit
    );
  });
}

Deno.test("who asks a relay that does not run, or another program, hears so", async () => {
  await besideRelayAt(freeAddress(), async (failing) => {
    assertEquals(await failing("is it running?"), "notRunning");
  });
  const answers = {
    "snapt": [200, "what answers there is no relay", "notRunning"],
    "snapt-relay": [401, "it refuses the token", "refused"],
  } as const;
  for (const [server, [status, part, exit]] of Object.entries(answers)) {
    await using other = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("{}", { status, headers: { server } }),
    );
    await besideRelayAt(`127.0.0.1:${other.addr.port}`, async (failing) => {
      assertEquals(await failing(part), exit);
    });
  }
  await using another = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ id: "00", name: "vps2" }, { headers: { server: "snapt-relay" } }),
  );
  await besideRelayAt(`127.0.0.1:${another.addr.port}`, async (failing) => {
    assertEquals(await failing("another one, vps2, answers"), "notRunning");
  });
});

Deno.test("a relay that does not answer in time is given up", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { timeout } = AbortSignal;
  AbortSignal.timeout = () => timeout.call(AbortSignal, 20);
  try {
    await besideRelayAt(`127.0.0.1:${silent.addr.port}`, async (failing) => {
      assertEquals(await failing("no answer within"), "unanswered");
    });
  } finally {
    AbortSignal.timeout = timeout;
  }
});

Deno.test("a code of a relay is redeemed once, and the key of another relay is not overwritten", () =>
  inFolder(async (folder) => {
    const [vps, home] = [`${folder}/vps`, `${folder}/home`];
    await Promise.all([vps, home].map((one) => Deno.mkdir(one)));
    const relayYaml = `name: vps\nlisten: "${freeAddress()}"\nstatus: ${freeAddress()}\n`;
    await Deno.writeTextFile(`${vps}/relay.yaml`, relayYaml);
    const yaml = `listen: 127.0.0.1:0\nstatus: off\n${SERVICES}`;
    await Deno.writeTextFile(`${home}/snapt.yaml`, yaml);
    const made = await run("snapt", vps, ["relay", "init", "--json"]);
    const { schema, wrote } = JSON.parse(made.out);
    assertEquals([schema, wrote.length], ["snapt.relay.init/1", 1]);
    await using relay = new Running("snapt", vps, ["relay", "--json"]);
    await relay.line(/"event":"relay-listening"/);
    const invite = async (name: string) =>
      (await run("snapt", vps, ["relay", "invite", name])).out.trim();
    const first = await invite("homepc");
    assertEquals((await run("snapt", home, ["through", first])).code, 0);
    const again = await run("snapt", home, ["through", first]);
    assert(again.code === 5 && again.err.includes("refused the code"), again.err);

    const keys = await Deno.readTextFile(`${home}/snapt.relays.json`);
    const elsewhere = (await Deno.readTextFile(`${home}/snapt.yaml`)).replace(
      /vps: .*/,
      'vps: "h:1"',
    );
    await Deno.writeTextFile(`${home}/snapt.yaml`, elsewhere);
    const taken = await run("snapt", home, ["through", await invite("other")]);
    assert(taken.code === 1 && taken.err.includes("another name with --name"), taken.err);
    assertEquals(await Deno.readTextFile(`${home}/snapt.relays.json`), keys);
    for (const words of ["is revoked: a relay", "was revoked already"]) {
      const revoked = await run("snapt", vps, ["relay", "revoke", "homepc"]);
      assert(revoked.code === 0 && revoked.out.includes(words), `${revoked.out}${revoked.err}`);
    }
    await Deno.writeTextFile(`${vps}/relay.yaml`, `${relayYaml}limits: { parked: 3 }\n`);
    const reloaded = await run("snapt", vps, ["relay", "reload"]);
    assertEquals([reloaded.out, reloaded.err], ["Reloaded.\nlimits.parked: changed\n", ""]);
    await Deno.writeTextFile(`${vps}/relay.yaml`, `${relayYaml}limits: { parked: 0 }\n`);
    const wrong = await run("snapt", vps, ["relay", "reload", "--json"]);
    assert(wrong.code === 78 && wrong.err.includes("everything is as it was"), wrong.err);
    const { out } = await run("snapt", vps, ["relay", "list"]);
    assert(/^homepc +revoked .*\nother +code open until /.test(out), out);
  }));
