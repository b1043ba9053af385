/** What servers with `proxy: v2` are told of where a connection comes from. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "../kit/process_pair.ts";
import { readExactly, ServerApplication, writeAll } from "../kit/server_application.ts";

const HEAD_BYTES = 16;
/** Of TCP over IPv4: two addresses and two ports. */
const ENDS_BYTES = 12;

/** Sends back the source in the header of the PROXY protocol, as `ip:port` and a line end. */
function teller(): ServerApplication {
  return new ServerApplication(async (conn) => {
    const header = await readExactly(conn, HEAD_BYTES + ENDS_BYTES);
    const port = new DataView(header.buffer, header.byteOffset).getUint16(HEAD_BYTES + 8);
    const source = `${header.slice(HEAD_BYTES, HEAD_BYTES + 4).join(".")}:${port}\n`;
    await writeAll(conn, new TextEncoder().encode(source.padEnd(32, " ")));
  });
}

/** What the server is told, and where the application really connected from. */
async function toldSource(snaptYaml: string): Promise<{ told: string; own: string }> {
  return await inFolder(async (folder) => {
    await using server = teller();
    await using pair = await ProcessPair.start(folder, server.port, {
      service: ", proxy: v2",
      snaptYaml,
    });
    using conn = await pair.connect();
    const told = new TextDecoder().decode(await readExactly(conn, 32)).trim();
    const { hostname, port } = conn.localAddr;
    return { told, own: `${hostname}:${port}` };
  });
}

Deno.test("a server is told the address that SNAPT sees, whatever CNAPT says", async () => {
  const { told, own } = await toldSource("");
  assert(PROVIDERS.some((provider) => told.startsWith(`${provider}:`)), told);
  assert(told !== own, told);
});

Deno.test("a server is told what a CNAPT says whose word is trusted", async () => {
  const { told, own } = await toldSource("clients: { laptop: { trustSource: true } }\n");
  assertEquals(told, own);
});
