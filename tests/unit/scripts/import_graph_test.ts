import { ImportGraph } from "../../../scripts/lint/import_graph.ts";
import { assertEquals } from "../../assert.ts";

const SOURCES: Readonly<Record<string, string>> = {
  "lib/net/a.ts": 'import { b } from "./b.ts";',
  "lib/net/b.ts": 'import type { C } from "../core/c.ts";\nimport { d } from "./d.ts";',
  "lib/core/c.ts": 'export const load = () => import("../net/a.ts");',
  "lib/net/d.ts": '// import { a } from "./a.ts";\n/* import { a } from "./a.ts"; */\n',
};

function graph(): ImportGraph {
  return new ImportGraph((path) => SOURCES[path] ?? null);
}

Deno.test("ImportGraph names every file of a circle, over types and import() too", () => {
  assertEquals(graph().circle("lib/net/a.ts", "lib/net/b.ts"), [
    "lib/net/a.ts",
    "lib/net/b.ts",
    "lib/core/c.ts",
    "lib/net/a.ts",
  ]);
});

Deno.test("ImportGraph sees no circle in imports that go down, or are commented out", () => {
  assertEquals(graph().circle("lib/net/b.ts", "lib/net/d.ts"), null);
  assertEquals(graph().circle("lib/net/other.ts", "lib/net/missing.ts"), null);
});

Deno.test("ImportGraph sees that a file imports itself", () => {
  assertEquals(graph().circle("lib/net/a.ts", "lib/net/a.ts"), ["lib/net/a.ts", "lib/net/a.ts"]);
});

Deno.test("ImportGraph reads each file once", () => {
  const read: string[] = [];
  const counting = new ImportGraph((path) => {
    read.push(path);
    return SOURCES[path] ?? null;
  });
  for (let times = 0; times < 3; times++) counting.circle("lib/net/a.ts", "lib/net/b.ts");
  assertEquals(read, [...new Set(read)]);
});
