/** An administrator who pairs many laptops at once with a script, and takes one back. */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run, Running } from "../kit/program.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

openLibc(); // opened once for all tests: it is never closed

const NAMES = ["anna", "ben", "carl", "dora"];

/** A laptop that runs, and a connection through it. */
class Laptop implements AsyncDisposable {
  private constructor(readonly cnapt: Running, readonly conn: Deno.TcpConn) {}

  static async start(folder: string): Promise<Laptop> {
    const cnapt = new Running("cnapt", folder);
    const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
    await cnapt.line(/ connected /);
    return new Laptop(cnapt, await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async ping(): Promise<void> {
    await writeAll(this.conn, pattern(3_000));
    assertEquals(await readExactly(this.conn, 3_000), pattern(3_000));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.conn.close();
    await this.cnapt[Symbol.asyncDispose]();
  }
}

/** Each laptop has its folder, and asks its own CNAPT. */
async function configure(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  const networks = "providers: [{ address: 127.0.0.2 }]";
  const text = `status: ${freeAddress()}\n${networks}\nsites:\n`;
  await Deno.writeTextFile(`${folder}/cnapt.yaml`, text, { mode: 0o600 });
}

Deno.test("many laptops are paired at once, and one that is revoked disturbs no other", () =>
  inFolder(async (folder) => {
    await using server = echo();
    const home = `${folder}/server`;
    await Deno.mkdir(home);
    await Deno.writeTextFile(
      `${home}/snapt.yaml`,
      `name: home\nlisten: 127.0.0.1:0\nstatus: off\n` +
        `services: { echo: { to: 127.0.0.1:${server.port} } }\n`,
    );
    assertEquals((await run("snapt", home, ["init"])).code, 0);
    await using snapt = new Running("snapt", home, ["run", "--json"]);
    const address = await snapt.line(/"address":"([^"]+)"/);

    const invite = (name: string) =>
      run("snapt", home, ["invite", "--json", name, "--address", address]);
    // Two scripts that take the same name: one of them gets it.
    const [first, second, ...others] = await Promise.all([
      invite("erik"),
      invite("erik"),
      ...NAMES.map(invite),
    ]);
    assertEquals([first.code, second.code].sort(), [0, 1], `${first.err}${second.err}`);
    assertEquals(others.map(({ code, err }) => [code, err]), NAMES.map(() => [0, ""]));
    const codes = others.map(({ out }) => String(JSON.parse(out).code));

    await Promise.all(NAMES.map((name) => configure(`${folder}/${name}`)));
    const joined = await Promise.all(codes.map((code, at) => {
      const words = ["join", "-", "--service", "echo=127.0.0.1:0", "--json"];
      return run("cnapt", `${folder}/${NAMES[at]}`, words, `${code}\n`);
    }));
    assertEquals(joined.map(({ code, err }) => [code, err]), NAMES.map(() => [0, ""]));
    assertEquals(joined.map(({ out }) => JSON.parse(out).name), NAMES);
    const list = JSON.parse((await run("snapt", home, ["list", "--json"])).out);
    const named = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name).sort();
    assertEquals([named(list.clients), named(list.codes)], [NAMES, ["erik"]]);

    await using anna = await Laptop.start(`${folder}/anna`);
    await using ben = await Laptop.start(`${folder}/ben`);
    await Promise.all([anna.ping(), ben.ping()]);
    assertEquals((await run("snapt", home, ["revoke", "anna"])).code, 0);
    await assertRejects(() => readAll(anna.conn), Deno.errors.ConnectionReset);
    await ben.ping();
    await anna.cnapt.line(/ refused .*anna was revoked at SNAPT/);
    for (const command of [["ping", "--count", "1"], ["measure"], ["stdio", "echo"]]) {
      const { code, err } = await run("cnapt", `${folder}/anna`, command);
      assertEquals(code, exitCodeOf("refused"), `${command.join(" ")}: ${err}`);
      assert(err.includes("anna was revoked at SNAPT"), err);
    }
    await ben.ping();
    assert(!anna.cnapt.log.includes("shuttingDown"), "it took SNAPT for being restarted");
    assert(!ben.cnapt.log.includes("session-ended"), ben.cnapt.log);

    // Who, when and why, as jq finds it.
    await snapt.line(/"event":"admission-ended"/);
    const lines = snapt.log.trim().split("\n").map((line) => JSON.parse(line));
    const ended = lines.filter(({ event }) => event === "admission-ended");
    assertEquals(ended.map(({ client, reason }) => [client, reason]), [[
      "anna",
      "anna was revoked at SNAPT",
    ]]);
    const paired = lines.filter(({ event }) => event === "paired").map(({ client }) => client);
    assertEquals(paired.sort(), NAMES);
  }));
