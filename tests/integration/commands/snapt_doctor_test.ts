/** `snapt doctor` as a process, with and without a SNAPT that runs. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { echo } from "../kit/server_application.ts";

interface Report {
  readonly schema: string;
  readonly ok: boolean;
  readonly findings: readonly {
    readonly level: string;
    readonly about: string;
    readonly text: string;
    readonly remedy: string;
  }[];
}

Deno.test("the doctor finds a running SNAPT well, and says what is wrong when its port is taken", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    const well = await pair.command("snapt", "doctor", "--json");
    assertEquals(well.code, 0, well.out + well.err);
    const report: Report = JSON.parse(well.out);
    const about = (name: string) => report.findings.find((one) => one.about === name);
    assertEquals([report.schema, report.ok], ["snapt.doctor/1", true]);
    assertEquals(about("running SNAPT")?.text, "site home, 1 connected or away");
    for (const name of ["system", "configuration", "identity", "clients", "service echo"]) {
      assertEquals(about(name)?.level, "ok", well.out);
    }
    // The pair of the test listens on loopback.
    assert(about("address")?.text.includes("only this machine reaches"), well.out);

    const bundle = await pair.command("snapt", "doctor", "--bundle", "--yes", "--json");
    assertEquals([bundle.code, JSON.parse(bundle.out).schema], [0, "snapt.bundle/1"], bundle.err);
    const written = await Deno.readTextFile(`${pair.snaptFolder}/snapt-report.txt`);
    assert(written.includes("== status ==") && written.includes('"client": "laptop"'), written);

    await pair.snapt[Symbol.asyncDispose]();
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using watched = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const file = `${pair.snaptFolder}/snapt.yaml`;
    const yaml = await Deno.readTextFile(file);
    const gone = freeAddress();
    await Deno.writeTextFile(
      file,
      yaml.replace("127.0.0.1:0", `127.0.0.1:${taken.addr.port}`)
        .replace(`127.0.0.1:${server.port}`, gone) + `metrics: 127.0.0.1:${watched.addr.port}\n`,
    );
    const ill = await pair.command("snapt", "doctor");
    assertEquals(ill.code, 1);
    assert(/attention +status endpoint: no SNAPT runs/.test(ill.out), ill.out);
    assert(/FAILS +port \d+\/tcp: .*the port is taken/.test(ill.out), ill.out);
    assert(/FAILS +metrics: .*the port is taken/.test(ill.out), ill.out);
    assert(/FAILS +service echo: .*nobody listens there/.test(ill.out), ill.out);
    if (Deno.build.os === "linux") assert(ill.out.includes(`(process ${Deno.pid})`), ill.out);
    assert(/^3 of \d+ things fail/m.test(ill.err), ill.err);
  }));
