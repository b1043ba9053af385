import { AddressBook } from "../../../lib/config/address_book.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/snapt.addresses.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an address that was assigned is there after a restart", () =>
  inFolder(async (path) => {
    const before = await AddressBook.load(path);
    await before.assign("01", "10.9.0.1");
    await before.assign("02", "fd00:99::2");
    const after = await AddressBook.load(path);
    assertEquals([...after.all], [["01", "10.9.0.1"], ["02", "fd00:99::2"]]);
    after.forget("01");
    assertEquals([...after.all], [["02", "fd00:99::2"]]);
  }));

const DAMAGED = {
  "no JSON": "{",
  "no object": "7",
  "another version": '{"version": 2, "addresses": {}}',
  "no address": '{"version": 1, "addresses": {"01": "example.org"}}',
};

for (const [what, text] of Object.entries(DAMAGED)) {
  Deno.test(`a book with ${what} in it is refused, not begun anew`, () =>
    inFolder(async (path) => {
      await Deno.writeTextFile(path, text);
      const error = await assertRejects(() => AddressBook.load(path), Error);
      assertEquals(error.message.startsWith(`Cannot read ${path}: `), true);
    }));
}
