import {
  BYTE_VIOLATIONS,
  CONDUCT_VIOLATIONS,
  STRANGERS,
} from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals } from "../../../assert.ts";

const ROOT = new URL("../../../../", import.meta.url);

/** The first cells of the table below a heading. */
async function codesBelow(file: string, heading: string): Promise<readonly string[]> {
  const text = await Deno.readTextFile(new URL(`docs/${file}`, ROOT));
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const cells = section.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|")[1]?.trim() ?? "");
  return cells.filter((cell) => cell !== "code" && !cell.startsWith("-"));
}

/** The codes with which something throws a ProtocolViolation, in all files of a folder. */
async function thrownIn(folder: URL): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const inside = isDirectory
      ? await thrownIn(new URL(`${name}/`, folder))
      : codesOf(await Deno.readTextFile(new URL(name, folder)));
    for (const code of inside) codes.add(code);
  }
  return codes;
}

function codesOf(source: string): readonly string[] {
  return [...source.matchAll(/new ProtocolViolation\(\s*"(\w+)"/g)].map((match) => match[1] ?? "");
}

Deno.test("docs/wire.md lists what can be wrong with bytes, in its order", async () => {
  assertEquals(await codesBelow("wire.md", "What is wrong with bytes"), [...BYTE_VIOLATIONS]);
});

Deno.test("docs/protocol.md lists what can be wrong with messages, in its order", async () => {
  const documented = await codesBelow("protocol.md", "What is wrong with messages");
  assertEquals(documented, [...CONDUCT_VIOLATIONS]);
});

Deno.test("docs/wire.md names every stranger that is told apart", async () => {
  const text = await Deno.readTextFile(new URL("docs/wire.md", ROOT));
  for (const stranger of STRANGERS) assert(text.includes(`\`${stranger}\``), stranger);
});

Deno.test("every code that is thrown is documented, and every documented one is thrown", async () => {
  const thrown = await thrownIn(new URL("lib/", ROOT));
  assertEquals([...thrown].sort(), [...BYTE_VIOLATIONS, ...CONDUCT_VIOLATIONS].sort());
});
