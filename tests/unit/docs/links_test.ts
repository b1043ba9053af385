/** Documents that lead nowhere: each link to a file of the project, and to a heading of it. */
import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);
const LINK = /\]\(([^)\s]+)\)/g;

Deno.test("every link of a document leads to a file, and to a heading that is there", async () => {
  const broken: string[] = [];
  for (const document of await documents("")) {
    const text = await Deno.readTextFile(new URL(document, ROOT));
    for (const [, target = ""] of withoutCode(text).matchAll(LINK)) {
      if (/^[a-z]+:/.test(target)) continue;
      const problem = await problemOf(new URL(target, new URL(document, ROOT)));
      if (problem !== null) broken.push(`${document}: ${target}: ${problem}`);
    }
  }
  assertEquals(broken, []);
});

async function problemOf(target: URL): Promise<string | null> {
  const file = new URL(target);
  file.hash = "";
  try {
    const { isFile } = await Deno.stat(file);
    if (!isFile || target.hash === "" || !file.pathname.endsWith(".md")) return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "no such file";
    throw error;
  }
  const text = await Deno.readTextFile(file);
  const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return anchors.includes(decodeURIComponent(target.hash.slice(1))) ? null : "no such heading";
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "``");
}

async function documents(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder || ".", ROOT))) {
    if (name.startsWith(".") || name === "node_modules" || name === "dist") continue;
    if (isDirectory) found.push(...await documents(`${folder}${name}/`));
    else if (name.endsWith(".md")) found.push(`${folder}${name}`);
  }
  return found;
}
