import { assertEquals } from "../../../assert.ts";
import { moveStrays } from "../../../../lib/app/places/move_strays.ts";
import type { StateFiles } from "../../../../lib/app/places/state_files.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { ToldLog } from "../../../told_log.ts";

function stateOf(folder: string): StateFiles<"clients" | "identity"> {
  const [from, to] = [`${folder}/old/clients`, `${folder}/new/clients`];
  return {
    folder: `${folder}/new`,
    paths: { clients: from, identity: `${folder}/new/identity` },
    strays: [{ from, to }],
  };
}

async function inMove(
  test: (folder: string, log: ToldLog, events: string[]) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/old`);
    await Deno.writeTextFile(`${folder}/old/clients`, "kept");
    const events: string[] = [];
    await test(folder, new ToldLog(({ event }) => events.push(event)), events);
  });
}

Deno.test("a stray file is moved, and the move told, when it can be", () =>
  inMove(async (folder, log, events) => {
    const { paths, strays } = await moveStrays(stateOf(folder), log);
    assertEquals(paths.clients, `${folder}/new/clients`);
    assertEquals(strays, []);
    assertEquals(events, ["state-moved"]);
    assertEquals(await Deno.readTextFile(paths.clients), "kept");
    assertEquals([...Deno.readDirSync(`${folder}/old`)], []);
  }));

const ignore = Deno.uid() !== 0;
if (ignore) console.log("SKIPPED what root moves: only root has files of two users");

Deno.test(
  "what root moves belongs to the owner of the new folder",
  { ignore },
  () =>
    inMove(async (folder, log) => {
      await Deno.mkdir(`${folder}/new`, { mode: 0o700 });
      await Deno.chown(`${folder}/new`, 4_321, 4_322);
      const { paths } = await moveStrays(stateOf(folder), log);
      const { uid, gid } = await Deno.stat(paths.clients);
      assertEquals([paths.clients, uid, gid], [`${folder}/new/clients`, 4_321, 4_322]);
    }),
);

Deno.test("a stray file is used where it is when its new folder cannot be made", () =>
  inMove(async (folder, log, events) => {
    await Deno.writeTextFile(`${folder}/new`, "a file where the folder is to be");
    const { paths, strays } = await moveStrays(stateOf(folder), log);
    assertEquals(paths.clients, `${folder}/old/clients`);
    assertEquals(strays.length, 1);
    assertEquals(events, ["state-not-moved"]);
    assertEquals(await Deno.readTextFile(paths.clients), "kept");
  }));

Deno.test("nothing is moved or told when nothing is astray", () =>
  inMove(async (folder, log, events) => {
    const state = { ...stateOf(folder), strays: [] };
    assertEquals(await moveStrays(state, log), state);
    assertEquals(events, []);
  }));
