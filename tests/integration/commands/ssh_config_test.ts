/** `cnapt ssh-config`, and what `join` and `leave` do to the configuration of ssh, as processes. */
import { CNAPT } from "../../../lib/app/commands/cnapt_commands.ts";
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { runProgram } from "../../../lib/app/program/run_program.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { AtHome } from "../kit/at_home.ts";

const LINE = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

Deno.test("join --ssh writes a host, ssh-config says it is there, leave takes it out", () =>
  inFolder(async (folder) => {
    const home = new AtHome(folder);
    const joined = await home.cnapt(folder, ["join", LINE, "--ssh"]);
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes("`ssh home` goes to its service ssh"), joined.out);
    const config = await Deno.readTextFile(home.sshConfig);
    assert(config.includes("cnapt.conf"), config);
    const again = await home.cnapt(folder, ["ssh-config", "--write", "--json"]);
    assertEquals(again.code, 0);
    assertEquals(JSON.parse(again.out).hosts, [{ host: "home", site: "home", service: "ssh" }]);
    assertEquals(await Deno.readTextFile(home.sshConfig), config);
    const left = await home.cnapt(folder, ["leave", "home"]);
    assert(left.out.includes("Took its hosts out of"), left.out);
    assertEquals(await Deno.readTextFile(home.sshConfig), "");
  }));

Deno.test("join alone asks nobody where there is no terminal, and touches nothing of ssh", () =>
  inFolder(async (folder) => {
    const home = new AtHome(folder);
    for (const [site, more] of [["one", []], ["two", ["--no-ssh"]]] as const) {
      const joined = await home.cnapt(folder, ["join", LINE, "--site", site, ...more]);
      assertEquals([joined.code, joined.err], [0, ""]);
    }
    const both = await home.cnapt(folder, ["join", LINE, "--ssh", "--no-ssh"]);
    assertEquals(both.code, exitCodeOf("usage"));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["cnapt.yaml"]);
    const which = await home.cnapt(folder, ["ssh-config"]);
    assertEquals(which.code, exitCodeOf("usage"));
    assert(which.err.includes("there is one, two; name one"), which.err);
  }));

Deno.test({
  name: "join on a terminal asks, and an answer of no is no",
  ignore: lacksProgram("script", "what join asks on a terminal"),
  fn: () =>
    inFolder(async (folder) => {
      const home = new AtHome(folder);
      const no = await home.onTerminal(folder, ["join", LINE, "--site", "one"], "n\n");
      assertEquals(no.code, 0, no.out);
      assert(no.out.includes("Make `ssh one` go through CNAPT? [Y/n]"), no.out);
      const yes = await home.onTerminal(folder, ["join", LINE, "--site", "two"], "\n");
      assert(yes.out.includes("`ssh two` goes to its service ssh"), yes.out);
      const written = await Deno.readTextFile(`${folder}/.ssh/cnapt.conf`);
      assert(written.includes("Host two") && !written.includes("Host one"), written);
    }),
});

Deno.test("a host of the user's own stays, and another name is offered that works", () =>
  inFolder(async (folder) => {
    const home = new AtHome(folder);
    const own = "Host home\n  HostName 192.0.2.1\n";
    await Deno.mkdir(`${folder}/.ssh`);
    await Deno.writeTextFile(home.sshConfig, own);
    const joined = await home.cnapt(folder, ["join", LINE, "--ssh"]);
    assertEquals(joined.code, exitCodeOf("failed"));
    assert(joined.out.includes("Wrote cnapt.yaml"), joined.out);
    const [, offered = ""] = /: cnapt (ssh-config .*)\n/.exec(joined.err) ?? [];
    assertEquals(await Deno.readTextFile(home.sshConfig), own);
    const other = await home.cnapt(folder, offered.split(" "));
    assertEquals([other.code, other.err.includes("expects a service called ssh")], [0, true]);
    assert(other.out.includes("`ssh home-cnapt`"), other.out);
    assert((await Deno.readTextFile(home.sshConfig)).endsWith(own));
  }));

Deno.test("hosts that are written again keep what was chosen, until it is said anew or removed", () =>
  inFolder(async (folder) => {
    const home = new AtHome(folder);
    assertEquals((await home.cnapt(folder, ["join", LINE])).code, 0);
    const write = async (...more: readonly string[]) => {
      const { code, err } = await home.cnapt(folder, ["ssh-config", "--write", ...more]);
      assertEquals(code, 0, err);
      return await Deno.readTextFile(`${folder}/.ssh/cnapt.conf`);
    };
    const straight = ["--fallback", "home.example.org:22"];
    const chosen = await write("--name", "box", "--user", "me", ...straight);
    for (const part of ["Host box\n", "  User me\n", "--fallback home.example.org:22"]) {
      assert(chosen.includes(part), chosen);
    }
    assertEquals(await write(), chosen);
    const other = await write("--user", "you");
    assertEquals(other, chosen.replace("User me", "User you").replace("user me", "user you"));
    await home.cnapt(folder, ["ssh-config", "--remove"]);
    const anew = await write();
    assert(anew.includes("Host home\n") && !/User|fallback/.test(anew), anew);
  }));

Deno.test("hosts are printed, and not written, for a user without a home", () =>
  inFolder(async (folder) => {
    await new AtHome(folder).cnapt(folder, ["join", LINE]);
    const homeless = new AtHome("");
    const printed = await homeless.cnapt(folder, ["ssh-config"]);
    assertEquals(printed.code, 0, printed.err);
    assert(printed.out.startsWith("Host home\n"), printed.out);
    const written = await homeless.cnapt(folder, ["ssh-config", "--write"]);
    assertEquals(written.code, exitCodeOf("failed"));
    assert(written.err.includes("HOME does not say where it is"), written.err);
  }));

Deno.test("what cannot be a host, a service, a user or a fallback is wrong usage", () =>
  inFolder(async (folder) => {
    const home = new AtHome(folder);
    await home.cnapt(folder, ["join", LINE, "--service", "db=127.0.0.1:0"]);
    for (
      const wrong of [
        ["--name", "a b"],
        ["--name", "*"],
        ["--service", "my ssh"],
        ["--service", "ssh", "--user", "me\nProxyCommand x"],
        ["--service", "ssh", "--fallback", "nowhere"],
        ["--write", "--remove"],
        ["hme"],
      ]
    ) {
      const args = ["ssh-config", ...wrong, "--config", `${folder}/cnapt.yaml`];
      assertEquals(await runProgram(CNAPT, args), exitCodeOf("usage"), wrong.join(" "));
    }
    const none = await home.cnapt(folder, ["ssh-config"]);
    assertEquals(none.code, exitCodeOf("failed"));
    assert(none.err.includes("there is db") && none.err.includes("--service NAME"), none.err);
  }));
