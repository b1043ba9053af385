/** `snapt relay` and `snapt through`, where they are not used as they should be. */
import { formatPairingCode } from "../../../lib/config/pairing_code.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
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
      expect(["relay", "dance"], 2, "there are run, init, invite, list, revoke"),
      expect(["relay", "invite", ...relay], 2, "snapt relay invite NAME"),
      expect(["relay", "invite", "homepc", ...relay], 78, "snapt relay init"),
      expect(["relay", "revoke", "nobody", ...relay], 1, "there is no SNAPT of this name"),
      expect(["through", "x"], 78, "no such file"),
    ]);
    await Deno.writeTextFile(`${folder}/snapt.yaml`, SERVICES);
    const address = { host: "127.0.0.1", port: 1 };
    const code = formatPairingCode({ address, secret: new Uint8Array(16) });
    await Promise.all([
      expect(["through", "x"], 2, "the code is mistyped"),
      expect(["through", code], 4, "was not reached"),
    ]);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => !name.endsWith(".lock"));
    assertEquals(files.sort(), ["relay.yaml", "snapt.yaml"]);
    assertEquals(await Deno.readTextFile(`${folder}/snapt.yaml`), SERVICES);
  }));

Deno.test("a code of a relay is redeemed once, and the key of another relay is not overwritten", () =>
  inFolder(async (folder) => {
    const [vps, home] = [`${folder}/vps`, `${folder}/home`];
    await Promise.all([vps, home].map((one) => Deno.mkdir(one)));
    await Deno.writeTextFile(`${vps}/relay.yaml`, `name: vps\nlisten: "${freeAddress()}"\n`);
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
    const { out } = await run("snapt", vps, ["relay", "list"]);
    assert(/^homepc +revoked .*\nother +code open until /.test(out), out);
  }));
