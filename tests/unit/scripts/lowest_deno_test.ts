import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);

Deno.test("the README states the lowest version of Deno that the checks are run with", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const checks = await Deno.readTextFile(new URL(".ci/run", ROOT));
  const stated = /Deno (\d+\.\d+\.\d+) or newer/.exec(readme)?.[1];
  const checked = /^lowest=\(npx -y deno@(\S+)\)$/m.exec(checks)?.[1];
  assertEquals([typeof stated, stated], ["string", checked]);
});
