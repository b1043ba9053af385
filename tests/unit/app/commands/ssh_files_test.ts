import { SshFiles, SshHostTaken } from "../../../../lib/app/commands/ssh_files.ts";
import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const HOME = { key: "site home of /c.yaml", hosts: ["home"], lines: ["Host home", "  User me"] };

function inSsh(test: (files: SshFiles, folder: string) => Promise<void>): Promise<void> {
  return inFolder((folder) => test(new SshFiles(`${folder}/.ssh`), `${folder}/.ssh`));
}

async function modeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).mode ?? 0;
}

Deno.test("a section is written once, included once, and nobody else reads it", () =>
  inSsh(async (files, folder) => {
    assertEquals(await files.has(HOME), false);
    assertEquals(await files.write(HOME), true);
    assertEquals(await files.has(HOME), true);
    assertEquals(await files.has({ ...HOME, lines: ["Host home", "  User you"] }), false);
    const texts = async () => [
      await Deno.readTextFile(`${folder}/config`),
      await Deno.readTextFile(files.file),
    ];
    const before = await texts();
    assertEquals(await files.write(HOME), false);
    assertEquals(await texts(), before);
    if (Deno.build.os === "windows") return;
    assertEquals(await modeOf(folder) & 0o777, 0o700);
    assertEquals(await modeOf(files.file) & 0o777, 0o600);
  }));

Deno.test("what the user has in config stays behind the line that includes, and comes back as it was", () =>
  inSsh(async (files, folder) => {
    const own = "# mine\nHost other\n  User you";
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/config`, own);
    await files.write(HOME);
    const config = await Deno.readTextFile(`${folder}/config`);
    assert(config.startsWith("# ") && config.endsWith(`\n\n${own}`), config);
    assertEquals(await files.remove(HOME.key), true);
    assertEquals(await Deno.readTextFile(`${folder}/config`), own);
    await assertRejects(() => Deno.stat(files.file), Deno.errors.NotFound);
    assertEquals(await files.remove(HOME.key), false);
  }));

Deno.test("another site keeps its section when one is removed", () =>
  inSsh(async (files) => {
    await files.write(HOME);
    await files.write({ key: "site work of /c.yaml", hosts: ["work"], lines: ["Host work"] });
    await files.remove(HOME.key);
    const text = await Deno.readTextFile(files.file);
    assert(text.includes("Host work") && !text.includes("Host home"), text);
  }));

Deno.test("a host of the user's own is never shadowed, wherever it is written", () =>
  inSsh(async (files, folder) => {
    await Deno.mkdir(`${folder}/config.d`, { recursive: true });
    await Deno.writeTextFile(`${folder}/config`, "Include config.d/*.conf\nHost *\n  User x\n");
    await Deno.writeTextFile(`${folder}/config.d/a.conf`, "Host nas HOME\n  User mine\n");
    const error = await assertRejects(
      () => files.write(HOME),
      SshHostTaken,
      "Cannot write Host home",
    );
    assert(error.message.includes("a.conf"), error.message);
    await assertRejects(() => Deno.stat(files.file), Deno.errors.NotFound);
  }));

Deno.test("a site of the same name in another configuration does not take the host over", () =>
  inSsh(async (files) => {
    await files.write(HOME);
    const other = { ...HOME, key: "site home of /other.yaml" };
    await assertRejects(() => files.write(other), SshHostTaken, "cnapt.conf");
  }));

Deno.test("an include below a host holds for that host only, so one in front is written", () =>
  inSsh(async (files, folder) => {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/config`, "Host other\n  Include cnapt.conf\n");
    assertEquals(await files.write(HOME), true);
    assert((await Deno.readTextFile(`${folder}/config`)).startsWith("# "));
  }));

Deno.test("files that include each other are read to a depth, and a torn section is said", () =>
  inSsh(async (files, folder) => {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/config`, "Include config\n");
    await Deno.writeTextFile(files.file, `# BEGIN cnapt: ${HOME.key}\n`);
    await assertRejects(() => files.write(HOME), CommandFailed, "Cannot change");
  }));
