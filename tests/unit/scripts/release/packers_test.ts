import { TARGETS } from "../../../../scripts/compile_target.ts";
import { GZIP, xz } from "../../../../scripts/release/packers.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { said } from "./kit.ts";

/** Like a program: each line calls the same place from another one. */
const TEXT = Array.from({ length: 2_000 }, (_, at) => `\u00e8${at}\0\0\u00ff`).join("");
const BYTES = new TextEncoder().encode(TEXT);

const lacksXz = lacksProgram("xz", "the test of archives packed by xz");

for (const target of TARGETS) {
  const isX86 = target.startsWith("x86_64-");
  Deno.test(
    `xz unpacks what was packed for ${target}, of which ${isX86 ? "" : "no "}jumps were rewritten`,
    { ignore: lacksXz },
    () =>
      inFolder(async (folder) => {
        const path = `${folder}/archive.xz`;
        await Deno.writeFile(path, await xz(target).pack(BYTES));
        assertEquals(await said("xz", ["-dc", path]), TEXT);
        const listed = await said("xz", ["--robot", "-lvv", path]);
        assertEquals(listed.includes("--x86"), isX86, listed);
      }),
  );
}

Deno.test("gzip says neither when nor where something was packed", async () => {
  const packed = await GZIP.pack(BYTES);
  assertEquals([...packed.slice(3, 8)], [0, 0, 0, 0, 0]);
  assert(packed.length < BYTES.length);
});
