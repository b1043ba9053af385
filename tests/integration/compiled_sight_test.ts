/** What compiled programs see in /proc and /sys, which Deno opens only to those with every right. */
import { fileURLToPath } from "node:url";
import { COMPILE_FLAGS, hasDenort } from "../../scripts/compile.ts";
import { isTarget } from "../../scripts/compile_target.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";

const HOST = Deno.build.target;
const PROBE = fileURLToPath(new URL("./kit/sight_probe.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A network of its own: a bridge, and two cables of which one is pulled at the other end. */
const NETWORK = `
  mount -t sysfs none /sys && ip link set lo up &&
  ip link add office0 type bridge && ip link set office0 up &&
  ip link add good0 type veth peer name good1 && ip link set good0 up && ip link set good1 up &&
  ip address add 10.91.0.2/24 dev good0 && ip route add default via 10.91.0.1 metric 100 &&
  ip link add bad0 type veth peer name bad1 && ip link set bad0 up &&
  ip address add 10.92.0.2/24 dev bad0`;

const missing = await whatIsMissing();
if (missing !== null) console.log(`SKIPPED compiled_sight_test: ${missing}`);

Deno.test({
  name: "a compiled program sees carrier, type of device, default route and Wi-Fi",
  ignore: missing !== null,
  fn: () =>
    inFolder(async (folder) => {
      const probe = `${folder}/probe`;
      await run(Deno.execPath(), ["compile", ...COMPILE_FLAGS, `--output=${probe}`, PROBE]);
      const seen = JSON.parse(await inNetwork(`${NETWORK} && exec "$0" office0`, probe));
      assertEquals(seen.states, { lo: "up", good0: "up", bad0: "down" });
      assertEquals(seen.types, ["virtual"], "a bridge that its name does not give away");
      assertEquals(seen.defaultRoute, "good0");
      assertEquals(seen.defaultRoutes, ["good0"]);
      assert(seen.wifiTable !== "refused", "/proc/net/wireless is closed to the program");
    }),
});

async function whatIsMissing(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "/proc and /sys are Linux'";
  if (!isTarget(HOST) || !await hasDenort(HOST)) {
    return `no denort ${Deno.version.deno} for ${HOST} in Deno's cache`;
  }
  try {
    await inNetwork(NETWORK, "sh");
    return null;
  } catch (error) {
    return `no network of its own can be made here: ${error instanceof Error && error.message}`;
  }
}

async function inNetwork(line: string, program: string): Promise<string> {
  return await run("unshare", ["-r", "-n", "-m", "sh", "-c", line, program]);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`Cannot run ${program}: ${decode(stderr)}`);
  return decode(stdout);
}
