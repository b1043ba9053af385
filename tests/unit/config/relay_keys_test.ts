import { RelayKeys, RelayKeysFailed } from "../../../lib/config/relay_keys.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

const KEY = {
  name: "vps",
  certificateHex: "3082",
  idHex: "01".repeat(16),
  keyHex: "02".repeat(32),
};

Deno.test("a key is found again by the name of its relay, and only its owner reads it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/snapt.relays.json`;
    await new RelayKeys(path).put(KEY);
    await new RelayKeys(path).put({ ...KEY, name: "other" });
    assertEquals(await new RelayKeys(path).find("vps"), KEY);
    assertEquals(await new RelayKeys(path).find("nobody"), null);
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("a new key takes the place of the one before", () =>
  inFolder(async (folder) => {
    const keys = new RelayKeys(`${folder}/keys.json`);
    await keys.put(KEY);
    await keys.put({ ...KEY, keyHex: "03".repeat(32) });
    assertEquals((await keys.find("vps"))?.keyHex, "03".repeat(32));
  }));

Deno.test("a damaged file is said, and no key in it is quoted", () =>
  inFolder(async (folder) => {
    const path = `${folder}/keys.json`;
    const relays = [{ ...KEY, keyHex: "02".repeat(31) }];
    await Deno.writeTextFile(path, JSON.stringify({ version: 1, relays }));
    const failure = await assertRejects(() => new RelayKeys(path).find("vps"), RelayKeysFailed);
    assertEquals(failure.message, `Cannot read ${path}: relay 1 has no keyHex`);
  }));
