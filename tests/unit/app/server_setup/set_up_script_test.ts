import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { FIND } from "../../../../lib/app/server_setup/look_script.ts";
import { type ScriptValues, sentScript } from "../../../../lib/app/server_setup/remote_script.ts";
import { configText, SET_UP } from "../../../../lib/app/server_setup/set_up_script.ts";
import { assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const ignore = Deno.build.os === "windows";
if (ignore) console.log("SKIPPED a laptop that leaves during the upload: no POSIX shell is here");

/** A shell in this home that runs the script, and what the script reads. */
function begun(home: string, values: ScriptValues) {
  const { input } = sentScript("m", FIND + SET_UP, values);
  const shell = new Deno.Command("sh", {
    args: ["-c", `eval "$(dd bs=1 count=${input.length} 2>/dev/null)"`],
    env: { HOME: home, PATH: `${home}/.local/bin:/usr/bin:/bin` },
    ...{ stdin: "piped", stdout: "piped", stderr: "null" },
  }).spawn();
  return { input, shell };
}

Deno.test(
  "what has arrived of the program is removed when the laptop leaves",
  { ignore },
  () =>
    inFolder(async (home) => {
      const values = { SIZE: "100000", SUM: "0", CONFIG_TEXT: "", START: "running" };
      const { input, shell } = begun(home, values);
      await shell.stdout.cancel(); // nobody hears any more what it says
      const writer = shell.stdin.getWriter();
      await writer.write(input);
      await writer.write(new Uint8Array(1_000));
      await writer.close();
      const { success } = await shell.status;
      const names = [...Deno.readDirSync(`${home}/.local/bin`)].map(({ name }) => name);
      assertEquals([success, names], [false, []]);
    }),
);

Deno.test(
  "a service that could not be installed is known as made, and so is what was",
  { ignore },
  () =>
    inFolder(async (home) => {
      const program = `${home}/.local/bin/snapt`;
      await Deno.mkdir(`${home}/.local/bin`, { recursive: true });
      const lines = ["#!/bin/sh", "[ $1 != service ] || { echo 'no bus'; exit 1; }", ""];
      await Deno.writeTextFile(program, lines.join("\n"), { mode: 0o755 });
      const values = { SIZE: "", SUM: "", CONFIG_TEXT: "a: b\n", START: "service" };
      const { input, shell } = begun(home, values);
      const writer = shell.stdin.getWriter();
      await writer.write(input);
      await writer.close();
      const out = await new Response(shell.stdout).text();
      await shell.status;
      assertEquals(out, "m failed service no bus\n");
      const folder = `${home}/.config/snapt`;
      assertEquals(await Deno.readTextFile(`${folder}/set-up-by-cnapt`), "config\nservice\n");
      assertEquals(await Deno.readTextFile(`${folder}/snapt.yaml`), "a: b\n");
    }),
);

Deno.test("a SNAPT with another port leaves the usual ones to somebody else's", () => {
  for (const [port, status] of [[7_787, 7_788], [7_800, 7_801], [443, 7_788], [65_535, 7_788]]) {
    const config = parseSnaptConfig(configText(port ?? 0, 22), "snapt.yaml");
    assertEquals([config.listen[0]?.port, config.status?.port], [port, status]);
  }
});
