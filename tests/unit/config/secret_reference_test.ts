import { secretReader } from "../../../lib/config/secret_reference.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { withEnvironment } from "../../whole_process/environment.ts";

Deno.test("a secret is read from a file beside the configuration when it is named so", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/home.ticket`, "line\n");
    const read = secretReader(`${folder}/cnapt.yaml`);
    assertEquals(read({ file: "home.ticket" }), "line");
    assertEquals(read({ file: `${folder}/home.ticket` }), "line");
    assertThrows(() => read({ file: "absent" }), TypeError, "absent cannot be read: there is no");
  }));

Deno.test("a reference that is none says what to write", () => {
  const read = secretReader("cnapt.yaml");
  for (
    const wrong of [{}, { file: "" }, { file: 1 }, { env: "X" }, { file: "a", credential: "b" }]
  ) {
    assertThrows(() => read(wrong), TypeError, "write { file: PATH }");
  }
  assertThrows(() => read({ credential: "../x" }), TypeError, "name of a credential");
});

Deno.test("a credential is read where the service manager put it, and missed where it did not", () =>
  inFolder(async (folder) => {
    const read = secretReader("cnapt.yaml");
    await withEnvironment({ CREDENTIALS_DIRECTORY: null }, () => {
      assertThrows(() => read({ credential: "t" }), TypeError, "$CREDENTIALS_DIRECTORY is not set");
    });
    await Deno.writeTextFile(`${folder}/t`, "line");
    await withEnvironment({ CREDENTIALS_DIRECTORY: folder }, () => {
      assertEquals(read({ credential: "t" }), "line");
    });
  }));

Deno.test("a file that is too large for a secret is refused without a word of it", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/big`, "x".repeat(100_000));
    const read = secretReader(`${folder}/cnapt.yaml`);
    assertThrows(() => read({ file: "big" }), TypeError, "too large for a secret");
  }));
