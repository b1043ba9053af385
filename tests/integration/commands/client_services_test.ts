/** Two CNAPTs that offer the same port to server applications, through the programs as they run. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run, Running } from "../kit/program.ts";
import { pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED client services: only Linux has all of 127.0.0.0/8");

/** An application that says who it is, and then sends back what it gets. */
async function serve(listener: Deno.Listener, greeting: number): Promise<void> {
  for await (const conn of listener) {
    await conn.write(Uint8Array.of(greeting));
    await writeAll(conn, await readAll(conn));
    conn.close();
  }
}

async function join(
  folder: string,
  snaptFolder: string,
  { name, address, to }: { readonly name: string; readonly address: string; readonly to: string },
) {
  await Deno.mkdir(folder);
  const ticket = (await run("snapt", snaptFolder, ["invite", name, "--address", address])).out;
  const joined = await run("cnapt", folder, ["join", "-", "--service", "ssh=127.0.0.1:0"], ticket);
  assertEquals(joined.code, 0, joined.err);
  const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
  await Deno.writeTextFile(
    `${folder}/cnapt.yaml`,
    config.replace(/^status:.*$/m, `status: ${freeAddress()}`).trimEnd() +
      `\n    clientServices: { pager: { to: "${to}" } }\n`,
  );
}

Deno.test(
  "two CNAPTs offer the same port at addresses of their own, which they keep",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const snaptFolder = `${folder}/server`;
      await Deno.mkdir(snaptFolder);
      await run("snapt", snaptFolder, ["init"]);
      const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
      await Deno.writeTextFile(
        `${snaptFolder}/snapt.yaml`,
        `name: home\nlisten: 127.0.0.1:0\nstatus: ${freeAddress()}\n` +
          `services: { ssh: { to: 127.0.0.1:22 } }\n` +
          `virtual: { addresses: 127.${100 + (a % 100)}.${b}.0/24 }\n` +
          `clients: { one: { clientServices: all }, two: { clientServices: ["1-65535"] } }\n`,
      );
      using first = Deno.listen({ hostname: "127.0.0.2", port: 0 });
      const { port } = first.addr;
      using second = Deno.listen({ hostname: "127.0.0.3", port });
      const serving = [serve(first, 1), serve(second, 2)];
      await using snapt = new Running("snapt", snaptFolder);
      const address = await snapt.line(/listening address=(\S+)/);
      await join(`${folder}/one`, snaptFolder, { name: "one", address, to: `127.0.0.2:${port}` });
      await join(`${folder}/two`, snaptFolder, { name: "two", address, to: `127.0.0.3:${port}` });
      await join(`${folder}/none`, snaptFolder, { name: "none", address, to: `127.0.0.3:${port}` });
      const places: string[] = [];
      for (const [name, greeting] of [["one", 1], ["two", 2], ["one", 1]] as const) {
        await using cnapt = new Running("cnapt", `${folder}/${name}`);
        const place = await cnapt.line(/client-service .*service=pager at=(\S+)/);
        places.push(place);
        using conn = await Deno.connect({ hostname: place.replace(/:.*/, ""), port });
        assertEquals(await readExactly(conn, 1), Uint8Array.of(greeting));
        const { out } = await run("cnapt", `${folder}/${name}`, ["status"]);
        assert(out.includes(`reached at ${place}/tcp  1 connection`), out);
        const seen = (await run("snapt", snaptFolder, ["status"])).out;
        assert(seen.includes(`offers pager       ${place}/tcp, 1 connection`), seen);
        await writeAll(conn, pattern(100_000));
        await conn.closeWrite();
        assertEquals(await readAll(conn), pattern(100_000));
      }
      assertEquals(places[2], places[0]);
      assert(places[0] !== places[1]);
      await using uninvited = new Running("cnapt", `${folder}/none`);
      const reason = await uninvited.line(/client-service-refused .*reason=(.*)/);
      assert(reason.includes(`does not let none offer ${port}/tcp`), reason);
      const { out } = await run("snapt", snaptFolder, ["check"]);
      assert(out.includes(`one              is reached at ${places[0]?.replace(/:.*/, "")}`), out);
      first.close();
      second.close();
      await Promise.all(serving);
    }),
);
