/** `ssh home` with OpenSSH: what `cnapt ssh-config` writes, on the way through both programs. */
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { AtHome } from "../kit/at_home.ts";
import { lacksOpenSsh, OwnSshd } from "../kit/own_sshd.ts";
import { ProcessPair } from "../kit/process_pair.ts";

const ignore = lacksOpenSsh("ssh by the name of a site");

Deno.test({
  name:
    "ssh, scp, sftp, rsync and git go through CNAPT by the name of the site, whatever is in its path",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await using sshd = await OwnSshd.start(folder);
      const odd = `${folder}/it's 100%n "odd"`;
      const home = new AtHome(`${folder}/my home`);
      for (const one of [odd, home.path]) await Deno.mkdir(one);
      await using pair = await ProcessPair.start(odd, sshd.port);
      const written = await home.cnapt(pair.cnaptFolder, [
        "ssh-config",
        "--service",
        "echo",
        "--write",
      ]);
      assertEquals([written.code, written.err], [0, ""]);
      const flags = ["-F", home.sshConfig, ...sshd.options];
      const hello = await home.run(["ssh", ...flags, "home", "echo $((6 * 7))"], folder);
      assertEquals(hello, { code: 0, out: "42\n", err: "" });
      const bytes = crypto.getRandomValues(new Uint8Array(60_000));
      await Deno.writeFile(`${folder}/sent`, bytes);
      const copied = await home.run(
        ["scp", "-q", ...flags, `${folder}/sent`, `home:${folder}/arrived`],
        folder,
      );
      assertEquals(copied, { code: 0, out: "", err: "" });
      assertEquals(await sha256(`${folder}/arrived`), await sha256(`${folder}/sent`));
      const known = await Deno.readTextFile(`${folder}/known`);
      assert(known.startsWith("echo.home.cnapt "), known);
      await goWith({ home, folder, flags });
    }),
});

/** The other programs that come by ssh; each where this machine has it. */
async function goWith(
  { home, folder, flags }: {
    readonly home: AtHome;
    readonly folder: string;
    readonly flags: readonly string[];
  },
): Promise<void> {
  const done = async (command: readonly string[]) => {
    const { code, out, err } = await home.run(command, folder);
    assertEquals(code, 0, `${command[0]}: ${out}${err}`);
  };
  // A program of their own starts ssh; with our flags, as a script.
  const ssh = `${folder}/ssh`;
  const words = flags.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(ssh, `#!/bin/sh\nexec ssh ${words} "$@"\n`, { mode: 0o755 });
  if (!lacksProgram("sftp", "sftp by the name of a site")) {
    await Deno.writeTextFile(`${folder}/batch`, `get ${folder}/sent ${folder}/by-sftp\n`);
    await done(["sftp", "-q", ...flags, "-b", `${folder}/batch`, "home"]);
    assertEquals(await sha256(`${folder}/by-sftp`), await sha256(`${folder}/sent`));
  }
  if (!lacksProgram("rsync", "rsync by the name of a site")) {
    await done(["rsync", "-a", "-e", ssh, `${folder}/sent`, `home:${folder}/by-rsync`]);
    assertEquals(await sha256(`${folder}/by-rsync`), await sha256(`${folder}/sent`));
  }
  if (!lacksProgram("git", "git by the name of a site")) {
    const git = ["git", "-c", `core.sshCommand=${ssh}`, "-c", "init.defaultBranch=main"];
    await done([...git, "init", "-q", "--bare", `${folder}/served`]);
    await done([...git, "clone", "-q", `home:${folder}/served`, `${folder}/cloned`]);
    const inClone = [
      ...git,
      "-C",
      `${folder}/cloned`,
      "-c",
      "user.name=me",
      "-c",
      "user.email=me@x",
    ];
    await Deno.copyFile(`${folder}/sent`, `${folder}/cloned/sent`);
    await done([...inClone, "add", "sent"]);
    await done([...inClone, "commit", "-q", "-m", "sent"]);
    await done([...inClone, "push", "-q", "origin", "HEAD:main"]);
    const arrived = ["git", "-C", `${folder}/served`, "rev-parse", "main:sent"];
    const sent = ["git", "hash-object", `${folder}/sent`];
    assertEquals((await home.run(arrived, folder)).out, (await home.run(sent, folder)).out);
  }
}

async function sha256(file: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(file));
  return new Uint8Array(digest).toHex();
}
