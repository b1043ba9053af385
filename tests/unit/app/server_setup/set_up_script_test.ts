import { FIND } from "../../../../lib/app/server_setup/look_script.ts";
import { sentScript } from "../../../../lib/app/server_setup/remote_script.ts";
import { SET_UP } from "../../../../lib/app/server_setup/set_up_script.ts";
import { assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const ignore = Deno.build.os === "windows";
if (ignore) console.log("SKIPPED a laptop that leaves during the upload: no POSIX shell is here");

Deno.test(
  "what has arrived of the program is removed when the laptop leaves",
  { ignore },
  () =>
    inFolder(async (home) => {
      const { input } = sentScript("m", FIND + SET_UP, {
        ...{ SIZE: "100000", SUM: "0", CONFIG_TEXT: "", START: "running" },
      });
      const shell = new Deno.Command("sh", {
        args: ["-c", `eval "$(dd bs=1 count=${input.length} 2>/dev/null)"`],
        env: { HOME: home },
        ...{ stdin: "piped", stdout: "piped", stderr: "null" },
      }).spawn();
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
