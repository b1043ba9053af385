/** `cnapt join ssh://…` and `cnapt leave`, the scripts run by the shell of this machine. */
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { PretendedServer } from "../kit/pretended_server.ts";
import type { Finished } from "../kit/program.ts";

openLibc(); // opened once for all tests: it is never closed

const ignore = Deno.build.os !== "linux";
if (ignore) {
  console.log("SKIPPED join over ssh: the server of these tests is this machine, a Linux");
}

/** A test with a server of its own. */
function onServer(name: string, test: (server: PretendedServer) => Promise<void>): void {
  Deno.test(name, { ignore }, () =>
    inFolder(async (folder) => {
      await using server = await PretendedServer.make(folder);
      await test(server);
    }));
}

function expectDone({ code, err }: Finished, said = ""): void {
  assertEquals([code, err], [0, said]);
}

/** It failed with this code and these words, and left no site and no program. */
function expectFailed(server: PretendedServer, done: Finished, code: number, ...parts: string[]) {
  assertEquals(done.code, code, done.err);
  for (const part of parts) assert(done.err.includes(part), done.err);
  assert(!server.has(server.configFile), "there is a configuration");
}

function expectUntouched(server: PretendedServer): void {
  assertEquals(server.listed("."), [".config"]);
  assertEquals(server.listed(".config/snapt"), ["snapt.yaml"]);
}

onServer(
  "a port that is not reached is named, the invitation taken back, and the rest on demand",
  async (server) => {
    const done = await server.join("--address", "127.0.0.1:1");
    expectFailed(server, done, 4, "TCP port 1 of 127.0.0.1", `its TCP port ${server.port}`);
    for (const part of ["as ~/.local/bin/snapt", "in the background", "as laptop"]) {
      assert(done.out.includes(part), done.out);
    }
    assert((await server.snapt("list")).out.includes("Nobody is invited"));
    assert(server.has(server.installed), "the program is gone");
    const bare = await server.cnapt("leave", "ssh://me@server", "--yes");
    expectDone(bare);
    assert(bare.out.includes("end SNAPT there"), bare.out);
    assert(!server.has(server.installed), "the program is still there");
  },
);

onServer(
  "a server is set up, joined, left alone the second time, and taken back",
  async (server) => {
    // A CNAPT that runs on this machine is none of the test's.
    await Deno.writeTextFile(server.configFile, "status: off\nsites:\n", { mode: 0o600 });
    expectDone(await server.join("--ssh"));
    const text = await Deno.readTextFile(server.configFile);
    const site = parseCnaptConfig(text, server.configFile).sites.get("home");
    assertEquals(site?.setUpOver, "ssh://me@server");
    assertEquals(site?.ticket.address, { host: "127.0.0.1", port: server.port });
    const before = await Deno.stat(server.installed);
    const again = await server.join("--json");
    expectDone(again);
    assertEquals(JSON.parse(again.out).site, "home");
    assertEquals((await Deno.stat(server.installed)).ino, before.ino);
    assertEquals(await Deno.readTextFile(server.configFile), text);

    const unasked = await server.cnapt("leave", "home");
    assertEquals(unasked.code, 2);
    assert(unasked.err.includes("--keep-server"), unasked.err);
    await server.pretend("echo 'ssh: connect to host server: No route to host' >&2; exit 255");
    const away = await server.cnapt("leave", "home", "--yes");
    assertEquals(away.code, 1);
    assert(away.err.startsWith("ssh: connect to host"), away.err);
    assert(away.err.includes("The site stays here; --keep-server"), away.err);
    await server.answer(`echo '# noted meanwhile' >>'${server.configFile}'; `);
    const left = await server.cnapt("leave", "home", "--yes");
    expectDone(left);
    for (const part of ["forget its key", "end SNAPT there", "stays"]) {
      assert(left.out.includes(part), left.out);
    }
    // What goes through the session that is ended would not be heard.
    assert(!server.has(`${server.folder}/laptop/.ssh/cnapt.conf`), "ssh goes through CNAPT");
    assertEquals(await Deno.readTextFile(`${server.folder}/laptop/ssh.seen`), "config\n");
    assert(!server.has(server.installed), "the program is still there");
    assertEquals(server.listed(".config/snapt").filter((name) => /pid|log|set-up/.test(name)), []);
    assert((await server.snapt("list")).out.includes("Nobody is invited"));
    const after = await Deno.readTextFile(server.configFile);
    assert(!after.includes("cnapt1.") && after.includes("# noted meanwhile"), after);
  },
);

onServer("another processor wants another file, and the wrong one is refused", async (server) => {
  const other = Deno.build.arch === "x86_64" ? "aarch64" : "x86_64";
  const name = other === "aarch64" ? "linux-arm64" : "linux-x64";
  await server.fake("uname", `case $1 in -m) echo ${other} ;; *) echo Linux ;; esac`);
  const missing = await server.cnapt("join", "ssh://server", "--yes");
  expectFailed(server, missing, 1, `it needs snapt-${name}`, "--program FILE");
  const wrong = await server.join("--program", Deno.execPath());
  expectFailed(server, wrong, 2, `the server is ${name}`);
  expectUntouched(server);
});

onServer("what ssh says goes on to whoever waits, as text", async (server) => {
  await server.pretend("echo 'me@server: Permission denied (publickey).' >&2; exit 255");
  const refused = await server.join();
  expectFailed(server, refused, 1, "me@server: Permission denied (publickey).\n", "status 255");
  await server.pretend("echo 'sh is not recognized\u001b[2J' >&2; exit 1");
  const strange = await server.join();
  expectFailed(server, strange, 1, "no POSIX shell", "recognized\\u001b[2J");
  expectUntouched(server);
});

onServer(
  "a program that arrives in part, broken, or does not start is taken away",
  async (server) => {
    await server.fake("cat", 'echo "cat: write error: No space left on device" >&2; exit 1');
    expectFailed(
      server,
      await server.join(),
      1,
      "put snapt there: cat: write error: No space left",
    );
    assertEquals(server.listed(".local/bin"), []);
    await Deno.remove(`${server.fakes}/cat`);
    await server.fake("sha256sum", "echo 0000 -");
    expectFailed(server, await server.join(), 1, "another SHA-256");
    assertEquals(server.listed(".local/bin"), []);
    await Deno.remove(`${server.fakes}/sha256sum`);
    await server.callItself(server.program, "echo 'no such libc' >&2; exit 127");
    expectFailed(server, await server.join(), 1, "start the program that was put", "no such libc");
    assertEquals(server.listed(".local/bin"), []);
  },
);

onServer("a server that has not what is needed is told what it lacks", async (server) => {
  await server.onlyUsualTools();
  expectFailed(server, await server.join(), 1, "no sha256sum, shasum or openssl");
  expectUntouched(server);
  await Deno.writeTextFile(`${server.home}/.local`, "");
  expectFailed(server, await server.join(), 5, "may not write to", ".local there");
});

onServer(
  "an older SNAPT is named, and a name that it knows is not invited again",
  async (server) => {
    await Deno.mkdir(`${server.home}/.local/bin`, { recursive: true });
    await server.callItself(server.installed, "echo 'snapt 0.0.1 (commit x)'; exit 0");
    assertEquals((await server.snapt("init")).code, 0);
    assertEquals((await server.snapt("invite", "laptop", "--offline")).code, 0);
    const taken = await server.join();
    expectFailed(server, taken, 1, "has a CNAPT called laptop already", "--name NAME");
    assert(taken.out.includes("is 0.0.1, older than this cnapt"), taken.out);
  },
);

onServer("nobody to ask, and what goes with ssh:// only, is wrong usage", async (server) => {
  const unasked = await server.join("--no-yes");
  expectFailed(server, unasked, 2, "there is no terminal; --yes");
  const misplaced = await server.cnapt("join", "host/CODE", "--port", "443");
  expectFailed(server, misplaced, 2, "Cannot use --port here");
  expectUntouched(server);
});

onServer("who says no on the terminal has everything as it was", async (server) => {
  if (lacksProgram("script", "a no to join over ssh")) return;
  const done = await server.joinOnTerminal("n\\n");
  assertEquals(done.code, 6, done.out);
  for (const part of ["put ", "as ~/.local/bin/snapt", "Do this?", "nothing was changed"]) {
    assert(done.out.includes(part), done.out);
  }
  expectUntouched(server);
});

onServer("who says no to leave has the program where it was, and yes takes it", async (server) => {
  if (lacksProgram("script", "a no to leave over ssh")) return;
  await Deno.mkdir(`${server.home}/.local/bin`, { recursive: true });
  await Deno.copyFile(server.program, server.installed);
  await Deno.writeTextFile(`${server.home}/.config/snapt/set-up-by-cnapt`, "program\n");
  assertEquals((await server.snapt("init")).code, 0);
  const kept = await server.onTerminal("n\\n", "leave", "ssh://me@server");
  assertEquals(kept.code, 6, kept.out);
  assert(kept.out.includes("nothing was changed"), kept.out);
  assert(server.has(server.installed), "the program is gone");
  expectDone(await server.cnapt("leave", "ssh://me@server", "--yes"));
  assert(!server.has(server.installed), "the program is still there");
});
