import { TAKE_DOWN } from "../../lib/app/server_setup/leave_plan.ts";
import { FIND } from "../../lib/app/server_setup/look_script.ts";
import { readScript, sentScript } from "../../lib/app/server_setup/remote_script.ts";
import { assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";

/** Starts what is called snapt, and never collects it: a container without an init is like that. */
const NEGLIGENT = '"$1" >/dev/null & echo $!; exec sleep 60 >/dev/null';

Deno.test({
  name: "a SNAPT that has ended counts as ended when nobody collects its process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await inFolder(async (home) => {
      const folder = `${home}/.config/snapt`;
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${home}/snapt`, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
      await using parent = new Deno.Command("sh", {
        args: ["-c", NEGLIGENT, "sh", `${home}/snapt`],
        stdout: "piped",
      }).spawn();
      await Deno.writeTextFile(`${folder}/snapt.pid`, await new Response(parent.stdout).text());
      const said = await runScript(home, FIND + TAKE_DOWN);
      assertEquals(said?.get("failed") ?? null, null);
    });
  },
});

async function runScript(home: string, body: string) {
  const values = { CLIENT: "", END: "detached", REMOVAL: "no" };
  const { input, mark } = sentScript("mark", body, values);
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", new TextDecoder().decode(input)],
    env: { HOME: home },
  }).output();
  return readScript(mark, new TextDecoder().decode(stdout));
}
