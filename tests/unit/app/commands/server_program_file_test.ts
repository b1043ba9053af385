import { join } from "node:path";
import {
  type OwnProgram,
  serverProgramFile,
} from "../../../../lib/app/commands/server_program_file.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const LINUX = { os: "linux", arch: "x64" } as const;
const ARM = { os: "linux", arch: "arm64" } as const;
/** An ELF file for arm64. */
const ARM_FILE = new Uint8Array(40);
ARM_FILE.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
ARM_FILE[18] = 0xb7;

function own(execPath: string, more: Partial<OwnProgram> = {}): OwnProgram {
  return { execPath, mainModule: "file:///cnapt.ts", isCompiled: true, platform: LINUX, ...more };
}

Deno.test("a file that is both programs goes there itself", () =>
  inFolder(async (folder) => {
    const path = `${folder}/cnapt`;
    await Deno.writeTextFile(path, "both");
    const both = own(path, { mainModule: "file:///x/either.ts" });
    const { program } = await serverProgramFile(LINUX, null, both);
    assertEquals(program, { path, bytes: 4 });
  }));

for (
  const [name, beside] of [
    ["cnapt", "snapt"],
    ["cnapt-x86_64-unknown-linux-gnu", "snapt-x86_64-unknown-linux-gnu"],
  ] as const
) {
  Deno.test(`${name} alone sends ${beside}, and says where it is missing`, () =>
    inFolder(async (folder) => {
      const cnapt = own(`${folder}/${name}`);
      const none = await serverProgramFile(LINUX, null, cnapt);
      assertEquals(none.program, null);
      assert(none.missing.includes(`there is no ${join(folder, beside)}`), none.missing);
      await Deno.writeTextFile(`${folder}/${beside}`, "snapt");
      const found = await serverProgramFile(LINUX, null, cnapt);
      assertEquals(found.program?.path, join(folder, beside));
    }));
}

Deno.test("another processor and a program from its sources want a file", async () => {
  const other = await serverProgramFile(ARM, null, own("/bin/cnapt"));
  assert(other.program === null && other.missing.includes("snapt-linux-arm64"), other.missing);
  const sources = await serverProgramFile(LINUX, null, own("/bin/deno", { isCompiled: false }));
  assert(sources.program === null && sources.missing.includes("from its sources"));
});

Deno.test("a named file has to be for that machine", () =>
  inFolder(async (folder) => {
    const path = `${folder}/program`;
    await assertRejects(() => serverProgramFile(ARM, path, own("/bin/cnapt")), UsageError);
    await Deno.writeFile(path, ARM_FILE);
    const { program } = await serverProgramFile(ARM, path, own("/bin/cnapt"));
    assertEquals(program?.bytes, 40);
    const wrong = await assertRejects(
      () => serverProgramFile(LINUX, path, own("/bin/cnapt")),
      UsageError,
    );
    assert(wrong.message.includes("it is for linux-arm64"), wrong.message);
  }));
