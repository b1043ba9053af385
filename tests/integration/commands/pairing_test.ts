/** Codes, redeemed by the programs; and everything that can keep one from being redeemed. */
import { parsePairingCode } from "../../../lib/config/pairing_code.ts";
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { Interceptor } from "../kit/interceptor.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { asUsersDo, type Finished, run, Running } from "../kit/program.ts";

openLibc(); // opened once for all tests: it is never closed

/** A SNAPT that runs, and a folder for each laptop. */
class World {
  constructor(
    readonly folder: string,
    readonly snapt: Running,
    readonly address: string,
  ) {}

  get port(): number {
    return Number(this.address.replace(/.*:/, ""));
  }

  async invite(...options: readonly string[]): Promise<string> {
    const address = options.includes("--address") ? [] : ["--address", this.address];
    const { code, out, err } = await run("snapt", `${this.folder}/server`, [
      ...["invite", "laptop", ...address, ...options],
    ]);
    assertEquals(code, 0, err);
    return out.trim();
  }

  async list(): Promise<string> {
    return (await run("snapt", `${this.folder}/server`, ["list"])).out;
  }

  /** `cnapt join` on a machine of this name. */
  async join(machine: string, args: readonly string[], input = ""): Promise<Finished> {
    await Deno.mkdir(`${this.folder}/${machine}`, { recursive: true });
    return await run("cnapt", `${this.folder}/${machine}`, ["join", ...args], input);
  }

  async config(machine: string) {
    const file = `${this.folder}/${machine}/cnapt.yaml`;
    return parseCnaptConfig(await Deno.readTextFile(file), file);
  }

  hasConfig(machine: string): boolean {
    return [...Deno.readDirSync(`${this.folder}/${machine}`)].length > 0;
  }

  /** Changes the invitation as somebody with an editor does. */
  async edit(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const file = `${this.folder}/server/snapt.invitations.json`;
    const { version, invitations } = JSON.parse(await Deno.readTextFile(file));
    const changed = invitations.map((one: object) => ({ ...one, ...changes }));
    await Deno.writeTextFile(file, JSON.stringify({ version, invitations: changed }));
  }
}

async function inWorld(
  test: (world: World) => Promise<void>,
  settings = "",
  listen = "127.0.0.1:0",
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/server`);
    await Deno.writeTextFile(
      `${folder}/server/snapt.yaml`,
      `name: home\nlisten: "${listen}"\nstatus: off\n${settings}` +
        "services: { ssh: { to: 127.0.0.1:22 } }\n",
    );
    assertEquals((await run("snapt", `${folder}/server`, ["init"])).code, 0);
    await using snapt = new Running("snapt", `${folder}/server`);
    const address = await snapt.line(/listening address=(\S+)/);
    await test(new World(folder, snapt, address));
  });
}

function expectRefused({ code, out, err }: Finished, exit: number, part: string): void {
  assertEquals([code, out], [exit, ""], err);
  assert(err.startsWith("Cannot join") && err.includes(part), err);
}

Deno.test("a code is redeemed once: the key is CNAPT's own, and the code is spent", () =>
  inWorld(async (world) => {
    const code = await world.invite();
    const joined = await world.join("laptop", [code]);
    assertEquals([joined.code, joined.err], [0, ""]);
    const { ticket } = (await world.config("laptop")).sites.get("home") ?? {};
    const { clients } = JSON.parse(
      await Deno.readTextFile(`${world.folder}/server/snapt.clients.json`),
    );
    assertEquals([clients[0].idHex, clients[0].keyHex], [ticket?.id.toHex(), ticket?.key.toHex()]);
    assert(ticket?.key.toHex() !== parsePairingCode(code).secret.toHex());
    assert(/^laptop +invited /.test(await world.list()));
    await world.snapt.line(/info paired client=laptop from=127\.0\.0\.1/);
    expectRefused(await world.join("other", [code]), 5, "was redeemed before");
    assertEquals(world.hasConfig("other"), false);
    const again = await world.join("laptop", [code]);
    assertEquals([again.code, again.err], [0, ""]);
    assert(again.out.includes("already"), again.out);
  }));

Deno.test("a code is read from standard input, typed as people do, with all options of join", () =>
  inWorld(async (world) => {
    const typed = (await world.invite()).toLowerCase().replaceAll("-", " ");
    const options = ["--site", "pc", "--service", "ssh=127.0.0.1:2222"];
    const joined = await world.join("laptop", ["-", ...options], `${typed}\n`);
    assertEquals([joined.code, joined.err], [0, ""]);
    const site = (await world.config("laptop")).sites.get("pc");
    assertEquals([...site?.services?.keys() ?? []], ["ssh"]);
  }));

const terminal = new Deno.Command("which", { args: ["script"], stdout: "null", stderr: "null" });
const hasTerminal = Deno.build.os === "linux" && (await terminal.output()).success;

Deno.test({
  name: "without a word the terminal is asked for the code",
  ignore: !hasTerminal,
  fn: () =>
    inWorld(async (world) => {
      const code = await world.invite();
      await Deno.mkdir(`${world.folder}/laptop`);
      const words = [...asUsersDo("cnapt"), "join", "--no-ssh"].map((word) => `'${word}'`).join(
        " ",
      );
      const child = new Deno.Command("script", {
        args: ["-qec", words, "/dev/null"],
        cwd: `${world.folder}/laptop`,
        env: { CNAPT_CONFIG: "cnapt.yaml" },
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const output = new Response(child.stdout).text();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(`${code}\n`));
      const { success } = await child.status;
      await writer.close();
      const said = await output;
      assert(success && said.includes("The code that `snapt invite` printed"), said);
      assert(said.includes("Wrote cnapt.yaml: site home"), said);
    }),
});

Deno.test("the other addresses of SNAPT are told when pairing", () =>
  inWorld(async (world) => {
    const others = ["--address", "192.0.2.7:443", "--address", "[2001:db8::7]:7787"];
    const code = await world.invite("--address", world.address, ...others);
    assertEquals((await world.join("laptop", [code])).code, 0);
    const site = (await world.config("laptop")).sites.get("home");
    assertEquals(site?.address, [
      { host: "127.0.0.1", port: world.port },
      { host: "192.0.2.7", port: 443 },
      { host: "2001:db8::7", port: 7787 },
    ]);
  }));

Deno.test("a code with an IPv6 address is redeemed", () =>
  inWorld(
    async (world) => {
      const code = await world.invite("--address", `[::1]:${world.port}`);
      assert(code.startsWith("[::1]:"), code);
      assertEquals((await world.join("laptop", [code])).code, 0);
    },
    "",
    "[::1]:0",
  ));

Deno.test("a code mistyped in any group is wrong usage, and the group is named", () =>
  inWorld(async (world) => {
    const code = await world.invite();
    const slash = code.indexOf("/");
    const names = ["first", "second", "third", "fourth", "fifth", "sixth"];
    for (const [group, name] of names.entries()) {
      const at = slash + 1 + group * 6 + 2;
      const typed = code.slice(0, at) + (code[at] === "7" ? "8" : "7") + code.slice(at + 1);
      const { code: exit, err } = await world.join("laptop", [typed]);
      assertEquals(exit, 2, err);
      assert(err.includes(`the ${name} group is wrong`), err);
      assert(!err.includes(typed.slice(slash + 1)), err);
    }
  }));

Deno.test("a code that has expired, was taken back, or tried too often is refused", () =>
  inWorld(async (world) => {
    const code = await world.invite();
    await world.edit({ failedTries: 5 });
    expectRefused(await world.join("laptop", [code]), 5, "five times");
    assert((await world.list()).includes("tried too often"));
    await world.edit({ failedTries: 0, expiresAt: new Date(0).toISOString() });
    expectRefused(await world.join("laptop", [code]), 5, "has expired");
    assert((await world.list()).includes("expired"));
    const another = await world.invite();
    assertEquals((await run("snapt", `${world.folder}/server`, ["revoke", "laptop"])).code, 0);
    expectRefused(await world.join("laptop", [another]), 5, "was taken back");
    assertEquals(world.hasConfig("laptop"), false);
  }));

Deno.test("a code of another SNAPT is refused, and costs no code of this one a try", () =>
  inWorld(async (world) => {
    const own = await world.invite();
    await inWorld(async (other) => {
      const code = await other.invite("--address", world.address);
      expectRefused(await other.join("laptop", [code]), 5, "does not know the code");
    });
    assertEquals((await world.join("laptop", [own])).code, 0);
  }));

Deno.test("an interceptor with a certificate of his own is noticed at both ends, five times", () =>
  inWorld(async (world) => {
    await using interceptor = await Interceptor.before(world.port);
    const code = await world.invite("--address", interceptor.address);
    for (let tries = 1; tries <= 5; tries++) {
      expectRefused(await world.join("laptop", [code]), 5, "shows one of his own");
      await world.snapt.line(new RegExp(`warn code-mistrusted client=laptop .*${tries} of 5`));
    }
    expectRefused(await world.join("laptop", [code]), 5, "five times");
    assertEquals(world.hasConfig("laptop"), false);
    assert(
      !(await Deno.readTextFile(`${world.folder}/server/snapt.invitations.json`))
        .includes(parsePairingCode(code).secret.toHex()),
    );
  }));

Deno.test("what keeps the site from being written leaves the code as it was", () =>
  inWorld(async (world) => {
    const code = await world.invite();
    await Deno.mkdir(`${world.folder}/laptop`);
    const file = `${world.folder}/laptop/cnapt.yaml`;
    await Deno.writeTextFile(file, "sites: { home: { ticket: x } }\n");
    assertEquals((await world.join("laptop", [code])).code !== 0, true);
    await Deno.writeTextFile(file, "sites: {}\n");
    const unusable = await world.join("laptop", [code, "--allow", "192.0.2.0/24"]);
    assertEquals([unusable.code, unusable.out], [2, ""]);
    assert(unusable.err.includes("--allow"), unusable.err);
    assert((await world.list()).includes("code open"), await world.list());
    assertEquals((await world.join("laptop", [code])).code, 0);
  }));

Deno.test("a SNAPT without TLS takes no codes, and join says what there is", () =>
  inWorld(async (world) => {
    const code = `${world.address}/${await foreignGroups()}`;
    expectRefused(await world.join("laptop", [code]), 5, "snapt invite --offline");
  }, "security: none\n"));

Deno.test("nobody there: SNAPT was not reached, with what to look at", () =>
  inFolder(async (folder) => {
    const code = `${freeAddress()}/${await foreignGroups()}`;
    const joined = await run("cnapt", folder, ["join", code]);
    expectRefused(joined, 4, "let TCP port");
    const unknown = await run("cnapt", folder, [
      "join",
      `nowhere.invalid/${await foreignGroups()}`,
    ]);
    expectRefused(unknown, 4, "not reached at nowhere.invalid:7787");
  }));

/** Groups that no SNAPT here has given out. */
async function foreignGroups(): Promise<string> {
  const { formatSecret } = await import("../../../lib/core/pairing/pairing_secret.ts");
  return formatSecret(new Uint8Array(16).fill(42));
}
