/** An application whose host dies with something on the way to it, in a network of the test's own. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";

/**
 * Relays nothing: writes to a server on the loopback interface, which then is no more, so that
 * nothing is answered, and looks for the answer as a relay does.
 */
const PROGRAM = `
import { dial } from "PROJECT/lib/net/dial.ts";
const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const keepAlive = { idleMs: 2_000 };
const signal = AbortSignal.timeout(20_000);
const conn = await dial({ host: "127.0.0.1", port: server.addr.port }, { kind: "any" }, { signal, keepAlive });
const accepted = await server.accept();
const failure = conn.read(new Uint8Array(1)).then(() => "none", (error) => error.code);
await conn.write(new Uint8Array(1));
await accepted.read(new Uint8Array(1));
await new Deno.Command("ip", { args: ["link", "set", "lo", "down"] }).output();
await conn.write(new Uint8Array(100));
const from = performance.now();
for (let again = conn.lookForAnswer(); again !== null; again = conn.lookForAnswer()) {
  await new Promise((resolve) => setTimeout(resolve, again));
}
console.log(JSON.stringify({ failure: await failure, ms: performance.now() - from }));
Deno.exit();
`;

async function isAble(): Promise<boolean> {
  try {
    const argv = ["-n", "ip", "link", "set", "lo", "up"];
    return (await new Deno.Command("unshare", { args: argv }).output()).success;
  } catch {
    return false;
  }
}

const ignore = Deno.build.os !== "linux" || !(await isAble());
if (ignore) console.log("SKIPPED a host that dies: no network of its own can be made here");

Deno.test("an application is reset when its host dies with something on the way to it", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const project = new URL("../../", import.meta.url).href.replace(/\/$/, "");
    await Deno.writeTextFile(`${folder}/program.ts`, PROGRAM.replaceAll("PROJECT", project));
    const run = `ip link set lo up && exec "$0" run -q -A --no-check --config "$1" "$2"`;
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const args = ["-n", "sh", "-c", run, Deno.execPath(), config, `${folder}/program.ts`];
    const { stdout, stderr } = await new Deno.Command("unshare", { args }).output();
    const problem = new TextDecoder().decode(stderr);
    assertEquals(problem, "");
    const { failure, ms } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(failure, "closedHere");
    assert(ms >= 2_000, `${ms} ms`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
