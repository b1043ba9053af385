/** `ssh home` with OpenSSH: what `cnapt ssh-config` writes, on the way through both programs. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { AtHome } from "../kit/at_home.ts";
import { lacksOpenSsh, OwnSshd } from "../kit/own_sshd.ts";
import { ProcessPair } from "../kit/process_pair.ts";

const ignore = lacksOpenSsh("ssh by the name of a site");

Deno.test({
  name: "ssh and scp go through CNAPT by the name of the site, whatever is in its path",
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
    }),
});

async function sha256(file: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(file));
  return new Uint8Array(digest).toHex();
}
