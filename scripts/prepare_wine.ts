/**
 * Run by Deno for Windows under Wine, before the checks there (`.ci/windows`): finishes what a Wine
 * prefix needs. A prefix whose server was ended before it had written its registry has no
 * services, so that no interface is listed; and a bare Debian has no /etc/hosts, so that nobody
 * knows localhost. Exit status 0 when both are there.
 */
import { lookup } from "node:dns/promises";

/** Without a registry there is no PATH yet in which it could be found. */
const WINEBOOT = "C:\\windows\\system32\\wineboot.exe";
const HOSTS = "Z:\\etc\\hosts";
const REGISTRY = "Z:\\w\\prefix\\system.reg";
/** Wine writes its registry every half minute. */
const REGISTRY_LIMIT_MS = 90_000;
const LOOK_MS = 500;

async function main(): Promise<number> {
  if (!await knowsLocalhost()) {
    await Deno.writeTextFile(HOSTS, "127.0.0.1 localhost\n::1 localhost\n", { append: true });
  }
  if (!await exists(REGISTRY) || !listsInterfaces()) await makeRegistry();
  if (listsInterfaces() && await knowsLocalhost()) return 0;
  console.error("Cannot prepare Wine: it lists no interfaces, or does not know localhost");
  return 1;
}

async function makeRegistry(): Promise<void> {
  await new Deno.Command(WINEBOOT, { args: ["-u"], stdout: "null", stderr: "null" }).output();
  const deadline = performance.now() + REGISTRY_LIMIT_MS;
  while (!await exists(REGISTRY) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function listsInterfaces(): boolean {
  try {
    return Deno.networkInterfaces().length > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function knowsLocalhost(): Promise<boolean> {
  return await lookup("localhost").then(() => true, () => false);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.exitCode = await main();
