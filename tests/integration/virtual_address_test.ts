/** Virtual addresses that SNAPT adds itself, in a network of the test's own. */
import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";

/** Adds two addresses in a new network namespace, says what is there, and takes them away. */
const PROGRAM = `
import { VirtualAddresses } from "PROJECT/lib/app/snapt/virtual_addresses.ts";
import { AddressBook } from "PROJECT/lib/config/address_book.ts";
import { parseSourceRange } from "PROJECT/lib/core/access/source_list.ts";
import { Log } from "PROJECT/lib/app/program/log.ts";
const addresses = new VirtualAddresses({
  virtual: {
    addresses: [parseSourceRange("10.99.0.0/24")],
    manage: true,
    interface: "lo",
    allow: null,
  },
  fixed: new Map([["tablet", "fd00:99::7"]]),
  book: await AddressBook.load("BOOK"),
  known: () => Promise.resolve(new Set(["01", "02"])),
  log: Log.open({ level: "warn" }),
});
const there = () => Deno.networkInterfaces().map(({ address }) => address)
  .filter((address) => /^(10|fd)/.test(address)).sort();
const one = await addresses.acquire({ idHex: "01", name: "laptop" });
const two = await addresses.acquire({ idHex: "02", name: "tablet" });
for (const hostname of [one, two]) Deno.listen({ hostname, port: 9100 }).close();
const before = there();
await addresses.close();
console.log(JSON.stringify({ before, after: there() }));
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
if (ignore) {
  console.log("SKIPPED addresses that SNAPT adds: no network of its own can be made here");
}

Deno.test("addresses are added when they are needed, and taken away at the end", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const project = new URL("../../", import.meta.url).href.replace(/\/$/, "");
    const program = PROGRAM.replaceAll("PROJECT", project).replace("BOOK", `${folder}/book.json`);
    await Deno.writeTextFile(`${folder}/program.ts`, program);
    const run = `ip link set lo up && exec "$0" run -q -A --config "$1" "$2"`;
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const args = ["-n", "sh", "-c", run, Deno.execPath(), config, `${folder}/program.ts`];
    const { stdout, stderr } = await new Deno.Command("unshare", { args }).output();
    const said = new TextDecoder().decode(stdout);
    const problem = new TextDecoder().decode(stderr);
    assertEquals(said.trim(), '{"before":["10.99.0.1","fd00:99::7"],"after":[]}', problem);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
