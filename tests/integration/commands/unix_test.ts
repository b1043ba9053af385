/** A service that is a Unix socket at both ends, through the programs as they are run. */
import { assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run, Running } from "../kit/program.ts";
import { pattern, readAll, writeAll } from "../kit/server_application.ts";

const ignore = Deno.build.os === "windows";
if (ignore) console.log("SKIPPED services that are Unix sockets: Windows has none");

async function echoOnce(listener: Deno.UnixListener): Promise<void> {
  using conn = await listener.accept();
  const all = await readAll(conn);
  await writeAll(conn, all);
  await conn.closeWrite();
}

Deno.test(
  "a service is relayed from a Unix socket to a Unix socket",
  { ignore },
  () =>
    inFolder(async (folder) => {
      using server = Deno.listen({ transport: "unix", path: `${folder}/server.sock` });
      await run("snapt", folder, ["init"]);
      await Deno.writeTextFile(
        `${folder}/snapt.yaml`,
        `listen: 127.0.0.1:0\nstatus: off\n` +
          `services: { echo: { to: "unix:${folder}/server.sock", port: 7, proxy: null } }\n`,
      );
      await using snapt = new Running("snapt", folder);
      const address = await snapt.line(/listening address=(\S+)/);
      const ticket = (await run("snapt", folder, ["invite", "laptop", "--address", address])).out;
      const socket = `unix:${folder}/client.sock`;
      await run("cnapt", folder, ["join", "-", "--service", `echo=${socket}`], ticket);
      const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
      await Deno.writeTextFile(
        `${folder}/cnapt.yaml`,
        config.replace(/^status:.*$/m, "status: off"),
      );
      await using cnapt = new Running("cnapt", folder);
      assertEquals(await cnapt.line(/offering.* at=(\S+)/), socket);
      const [, received] = await Promise.all([
        echoOnce(server),
        (async () => {
          using conn = await Deno.connect({ transport: "unix", path: `${folder}/client.sock` });
          await writeAll(conn, pattern(300_000));
          await conn.closeWrite();
          return await readAll(conn);
        })(),
      ]);
      assertEquals(received, pattern(300_000));
    }),
);
