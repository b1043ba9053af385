import { lookAtSnaptFiles } from "../../../../lib/app/doctor/look_at_snapt_files.ts";
import type { SnaptState } from "../../../../lib/app/places/state_files.ts";
import { createIdentity, saveIdentity } from "../../../../lib/config/identity.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

interface Files {
  readonly config: string;
  readonly state: SnaptState;
}

/** Looks at a folder that `prepare` has changed after all was right in it. */
async function looked(prepare: (files: Files) => Promise<void>) {
  let result: Awaited<ReturnType<typeof lookAtSnaptFiles>> = { findings: [], identity: null };
  await inFolder(async (folder) => {
    const config = `${folder}/snapt.yaml`;
    await Deno.writeTextFile(config, "", { mode: 0o644 });
    const paths = {
      identity: `${folder}/snapt.identity.json`,
      clients: `${folder}/snapt.clients.json`,
      invitations: `${folder}/snapt.invitations.json`,
      addresses: `${folder}/snapt.addresses.json`,
      relays: `${folder}/snapt.relays.json`,
    };
    const state = { folder, paths, strays: [] };
    await saveIdentity(paths.identity, await createIdentity());
    await prepare({ config, state });
    const before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    result = await lookAtSnaptFiles(config, state);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), before);
  });
  const bad = result.findings.filter(({ level }) => level !== "ok");
  return { ...result, bad: bad.map(({ about, level }) => `${about} ${level}`) };
}

Deno.test("files that are right are well, also those that are not there yet", async () => {
  const { bad, identity, findings } = await looked(async () => {});
  assertEquals([bad, identity === null], [[], false]);
  assert(findings.some(({ text }) => /there is no .*snapt\.clients\.json yet/.test(text)));
});

Deno.test({
  name: "files that others can read or write are told",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { bad, findings } = await looked(async ({ config, state }) => {
      await Deno.chmod(config, 0o666);
      await Deno.chmod(state.paths.identity, 0o640);
    });
    assertEquals(bad, ["configuration attention", "identity attention"]);
    assert(findings.some(({ remedy }) => remedy.startsWith("chmod go-w ")));
  },
});

Deno.test("keys for relays are looked at where there are some", async () => {
  const { bad } = await looked(async ({ state }) => {
    await Deno.writeTextFile(state.paths.relays, "no JSON");
  });
  assertEquals(bad, ["relay keys fails"]);
});

Deno.test("an identity and a list of clients that are damaged fail, and all else is looked at", async () => {
  const { bad, identity } = await looked(async ({ state }) => {
    await Deno.writeTextFile(state.paths.identity, "{}");
    await Deno.writeTextFile(state.paths.clients, "no JSON");
  });
  assertEquals([bad, identity], [["identity fails", "clients fails"], null]);
});
