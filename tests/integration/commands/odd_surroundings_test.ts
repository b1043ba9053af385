/** Shells without UTF-8, and configurations that lie where this user is not allowed to read. */
import { CNAPT } from "../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../lib/app/commands/snapt_commands.ts";
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { commandHelp, programHelp } from "../../../lib/app/program/help.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { asUsersDo, type Finished, run } from "../kit/program.ts";

/** Runs it in `folder` with these variables besides; both outputs where `script` makes a terminal. */
async function runWith(
  env: Readonly<Record<string, string>>,
  [command = "", ...args]: readonly string[],
  folder: string,
): Promise<Finished> {
  const child = new Deno.Command(command, {
    args,
    cwd: folder,
    env: {
      NO_COLOR: "1",
      // Nothing of the developer's is read or written.
      XDG_CONFIG_HOME: `${folder}/none`,
      XDG_STATE_HOME: `${folder}/none`,
      ...env,
    },
    stdin: "null",
  });
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const ASCII = /^[\r\n\t -~]*$/;

Deno.test({
  name: "snapt invite on a terminal shows its QR code in UTF-8, and a sentence where there is none",
  ignore: lacksProgram("script", "what invite shows on a terminal"),
  fn: () =>
    inFolder(async (folder) => {
      assertEquals((await run("snapt", folder, ["init"])).code, 0);
      const invite = async (LC_ALL: string, name: string, ...more: readonly string[]) => {
        const words = [...asUsersDo("snapt"), "invite", name, "--address", "h:1", ...more];
        const line = words.map((word) => `'${word}'`).join(" ");
        const { code, out } = await runWith(
          { LC_ALL },
          ["script", "-qec", line, "/dev/null"],
          folder,
        );
        assertEquals(code, 0, out);
        return out;
      };
      const drawn = await invite("C.UTF-8", "a");
      assert(drawn.includes("█"), drawn);
      const plain = await invite("C", "b");
      assert(ASCII.test(plain), plain);
      assert(plain.includes("No QR code: this shell has no UTF-8 (LC_ALL=C)"), plain);
      assert(plain.includes("On the other machine: cnapt join h:1/"), plain);
      assert((await invite("C", "c", "--qr")).includes("█"), "--qr shows it all the same");
    }),
});

Deno.test("no help has a character that a shell without UTF-8 cannot show", () => {
  for (const table of [CNAPT, SNAPT]) {
    const helps = [programHelp(table), ...table.commands.map((one) => commandHelp(table, one))];
    const lines = helps.flat().flatMap(({ title, lines }) => [title, ...lines]);
    assertEquals(lines.filter((line) => !ASCII.test(line)), []);
  }
});

/** Root is allowed to read everything, unless it gives that up. */
const AS_ANYBODY = Deno.build.os !== "windows" && Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : [];

Deno.test({
  name: "a configuration in its place that this user may not read is named, with exit code 78",
  ignore: Deno.build.os === "windows" ||
    (AS_ANYBODY.length > 0 && lacksProgram("setpriv", "a configuration that cannot be read")),
  fn: () =>
    inFolder(async (folder) => {
      for (const [place, closed] of [["a", "a/cnapt/cnapt.yaml"], ["b", "b/cnapt"]] as const) {
        await Deno.mkdir(`${folder}/${place}/cnapt`, { recursive: true });
        await Deno.writeTextFile(`${folder}/${place}/cnapt/cnapt.yaml`, "sites: {}\n");
        await Deno.chmod(`${folder}/${closed}`, 0o000);
        try {
          const env = { XDG_CONFIG_HOME: `${folder}/${place}` };
          for (const name of ["check", "run"]) {
            const command = [...AS_ANYBODY, ...asUsersDo("cnapt"), name];
            const { code, out, err } = await runWith(env, command, folder);
            assertEquals([code, out], [exitCodeOf("configuration"), ""], err);
            const file = `${folder}/${place}/cnapt/cnapt.yaml`;
            assert(err.startsWith(`Cannot read ${file}: this user is not allowed to`), err);
          }
        } finally {
          await Deno.chmod(`${folder}/${closed}`, 0o700);
        }
      }
    }),
});
