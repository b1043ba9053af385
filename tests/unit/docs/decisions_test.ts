import { assertEquals } from "../../assert.ts";

const FOLDER = new URL("../../../docs/decisions/", import.meta.url);

Deno.test("decisions are numbered without gaps, in their names and in their headings", async () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  const numbers = names.map((_, index) => String(index + 1).padStart(4, "0"));
  assertEquals(names.map((name) => name.slice(0, 4)), numbers);
  const headings = await Promise.all(
    names.map(async (name) => (await Deno.readTextFile(new URL(name, FOLDER))).slice(0, 7)),
  );
  assertEquals(headings, numbers.map((number) => `# ${number} `));
});
