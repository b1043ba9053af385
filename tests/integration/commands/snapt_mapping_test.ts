import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run } from "../kit/program.ts";

const snapt = (folder: string, ...args: readonly string[]) => run("snapt", folder, args);

Deno.test("snapt init --mapping writes whether the router is asked, which nobody is without it", () =>
  inFolder(async (folder) => {
    const bad = await snapt(folder, "init", "--mapping", "on");
    assertEquals(bad.code, 2);
    assert(bad.err.includes('Cannot use --mapping "on": it is auto or off'), bad.err);
    assertEquals((await snapt(folder, "init", "--mapping", "auto")).code, 0);
    const text = await Deno.readTextFile(`${folder}/snapt.yaml`);
    assert(/^mapping: auto$/m.test(text), text);
    const again = await snapt(folder, "init", "--mapping", "off");
    assert(again.code === 1 && again.err.includes("write `mapping: auto`"), again.err);
    await Deno.remove(`${folder}/snapt.yaml`);
    assertEquals((await snapt(folder, "init")).code, 0);
    assert(/^# mapping: auto$/m.test(await Deno.readTextFile(`${folder}/snapt.yaml`)));
  }));
