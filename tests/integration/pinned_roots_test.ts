import { fileURLToPath } from "node:url";
import { createIdentity } from "../../lib/config/identity.ts";
import { serverNameFor } from "../../lib/config/server_name.ts";
import { assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";

const PROGRAM = fileURLToPath(new URL("./kit/dial_pinned.ts", import.meta.url));

/** Somebody on the way, whose certificate an authority of the laptop's environment has signed. */
async function dialInterceptor(variable: string, how: string): Promise<readonly string[]> {
  const [pinned, rogue] = [await createIdentity(), await createIdentity()];
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    cert: rogue.certificatePem,
    key: rogue.privateKeyPem,
  });
  const accepting = (async () => {
    for await (const conn of listener) {
      await conn.handshake().catch(String).then(() => conn.close());
    }
  })();
  try {
    return await inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/pinned.pem`, pinned.certificatePem);
      await Deno.writeTextFile(`${folder}/rogue.pem`, rogue.certificatePem);
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-q", "-A", PROGRAM, `${listener.addr.port}`, `${folder}/pinned.pem`],
          ...[serverNameFor(new Uint8Array(16).fill(1)), how],
        ],
        env: { [variable]: `${folder}/rogue.pem` },
        stderr: "inherit",
      }).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    });
  } finally {
    listener.close();
    await accepting;
  }
}

for (const variable of ["DENO_CERT", "NODE_EXTRA_CA_CERTS"]) {
  Deno.test(`the pin holds with ${variable} in the environment`, async () => {
    assertEquals(await dialInterceptor(variable, "asProgram"), ["refused", "refused"]);
  });

  Deno.test(`the pin holds even where ${variable} is believed`, async () => {
    assertEquals(await dialInterceptor(variable, "bare"), ["refused", "refused"]);
  });
}

Deno.test("Deno's own TLS believes DENO_CERT: the interceptor of these tests is one", async () => {
  assertEquals(await dialInterceptor("DENO_CERT", "deno"), ["accepted"]);
});
