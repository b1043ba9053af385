/** `cnapt stdio` as ssh uses it: a process whose standard input and output are the connection. */
import { exitCodeOf, type ExitReason } from "../../../lib/app/program/exit_code.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run, Running } from "../kit/program.ts";
import { echo } from "../kit/server_application.ts";

function unusedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function configure(folder: string, server: number): Promise<Running> {
  await run("snapt", folder, ["init"]);
  await Deno.writeTextFile(
    `${folder}/snapt.yaml`,
    `listen: 127.0.0.1:0\nstatus: off\nservices: { echo: { to: 127.0.0.1:${server} } }\n` +
      `clients: { laptop: { destinations: ["127.0.0.1:${server}"] } }\n`,
  );
  const snapt = new Running("snapt", folder);
  const address = await snapt.line(/listening address=(\S+)/);
  const ticket = (await run("snapt", folder, ["invite", "laptop", "--address", address])).out;
  await run("cnapt", folder, ["join", "-"], ticket);
  const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
  const status = `status: 127.0.0.1:${unusedPort()}`;
  await Deno.writeTextFile(`${folder}/cnapt.yaml`, config.replace(/^status:.*$/m, status));
  return snapt;
}

Deno.test("cnapt stdio is the connection to a service or a destination", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using _snapt = await configure(folder, server.port);
    await using cnapt = new Running("cnapt", folder);
    await cnapt.line(/offering/);
    const input = "over and out\n".repeat(1_000);
    for (const target of ["echo", `127.0.0.1:${server.port}`]) {
      const { code, out, err } = await run("cnapt", folder, ["stdio", target], input);
      assertEquals([code, err], [0, ""], target);
      assertEquals(out, input);
    }
    const wrong: readonly (readonly [string, string, ExitReason])[] = [
      ["ssh", "there is no service ssh, there is echo", "failed"],
      ["127.0.0.1:1", "SNAPT does not allow this destination", "refused"],
    ];
    for (const [target, reason, exit] of wrong) {
      const { code, out, err } = await run("cnapt", folder, ["stdio", target]);
      assertEquals([code, out], [exitCodeOf(exit), ""], target);
      assert(err.includes(`Cannot reach ${target}: ${reason}`), err);
    }
    const elsewhere = await run("cnapt", folder, ["stdio", "echo", "--site", "office"]);
    assertEquals(elsewhere.code, 1);
    assert(elsewhere.err.includes("there is no site office"), elsewhere.err);
  }));

Deno.test("cnapt stdio says so when CNAPT does not run", () =>
  inFolder(async (folder) => {
    await using _snapt = await configure(folder, 9);
    const { code, out, err } = await run("cnapt", folder, ["stdio", "echo"]);
    assertEquals([code, out], [3, ""]);
    assert(err.includes("is it running?"), err);
  }));

Deno.test("cnapt stdio refuses what can be no service before SNAPT was ever heard", () =>
  inFolder(async (folder) => {
    const snapt = await configure(folder, 9);
    await snapt.end("SIGKILL");
    await using cnapt = new Running("cnapt", folder);
    await cnapt.line(/started/);
    const target = `${"s".repeat(300)}`;
    const { code, err } = await run("cnapt", folder, ["stdio", target]);
    assertEquals(code, 1);
    assert(err.includes("neither the name of a service nor HOST:PORT"), err);
    assertEquals((await run("cnapt", folder, ["status"])).code, 0);
  }));
