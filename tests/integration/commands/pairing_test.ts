/** Codes, redeemed by the programs; and everything that can keep one from being redeemed. */
import { parsePairingCode } from "../../../lib/config/pairing_code.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { Interceptor } from "../kit/interceptor.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { expectRefused, foreignGroups, inWorld } from "../kit/pairing_world.ts";
import { asUsersDo, run } from "../kit/program.ts";

openLibc(); // opened once for all tests: it is never closed

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
    const code = `${world.address}/${foreignGroups()}`;
    expectRefused(await world.join("laptop", [code]), 5, "snapt invite --offline");
  }, "security: none\n"));

Deno.test("nobody there: SNAPT was not reached, with what to look at", () =>
  inFolder(async (folder) => {
    const code = `${freeAddress()}/${foreignGroups()}`;
    const joined = await run("cnapt", folder, ["join", code]);
    expectRefused(joined, 4, "let TCP port");
    const unknown = await run("cnapt", folder, [
      "join",
      `nowhere.invalid/${foreignGroups()}`,
    ]);
    expectRefused(unknown, 4, "not reached at nowhere.invalid:7787");
  }));
