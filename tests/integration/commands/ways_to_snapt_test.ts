/** SNAPT behind several addresses, and behind an HTTP proxy, as the files say it. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ForwardProxy } from "../kit/forward_proxy.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { Running } from "../kit/program.ts";
import { echo, pattern, readExactly, writeAll } from "../kit/server_application.ts";

/** CNAPT is started again with another file; resolves with a connection that its service relays. */
async function relayedBy(
  pair: ProcessPair,
  change: (yaml: string, snapt: string) => string,
): Promise<Running> {
  const address = await pair.snapt.line(/listening address=(\S+)/);
  assertEquals(await pair.cnapt.end("SIGTERM"), 0);
  const file = `${pair.cnaptFolder}/cnapt.yaml`;
  await Deno.writeTextFile(file, change(await Deno.readTextFile(file), address));
  const cnapt = new Running("cnapt", pair.cnaptFolder, []);
  const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, pattern(100_000));
  assertEquals(await readExactly(conn, 100_000), pattern(100_000));
  return cnapt;
}

Deno.test("CNAPT finds SNAPT at the second of its addresses when nobody is at the first", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    const dead = freeAddress();
    await using cnapt = await relayedBy(pair, (yaml, snapt) => {
      const both = `["${dead}", "${snapt}"]`;
      return yaml.replace(/^( +)ticket:/m, `$1address: ${both}\n$1ticket:`);
    });
    assert(cnapt.log.includes(" connected "));
  }));

Deno.test("CNAPT reaches SNAPT through an HTTP proxy that wants a password", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using proxy = new ForwardProxy(`Basic ${btoa("me:word")}`);
    await using pair = await ProcessPair.start(folder, server.port);
    let wanted = "";
    await using cnapt = await relayedBy(pair, (yaml, snapt) => {
      wanted = snapt;
      const via = `via: { proxy: "http://me:word@127.0.0.1:${proxy.port}" }`;
      return yaml.replace(/^providers:.*$/m, `providers: [{ address: 127.0.0.2, ${via} }]`);
    });
    assert(proxy.asked.length > 0 && proxy.asked.every((target) => target === wanted));
    assert(!cnapt.log.includes("word"), cnapt.log);
  }));
