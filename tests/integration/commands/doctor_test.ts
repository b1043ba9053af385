/** `cnapt doctor` as a process, with and without a CNAPT and a SNAPT that run. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair } from "../kit/process_pair.ts";
import { echo } from "../kit/server_application.ts";

interface Report {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly level: string;
    readonly about: string;
    readonly text: string;
    readonly remedy: string;
  }[];
}

function about(report: Report, name: string): Report["findings"] {
  return report.findings.filter((one) => one.about === name);
}

Deno.test("the doctor finds a running pair well, and says what is wrong when SNAPT has gone", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    const well = await pair.command("cnapt", "doctor", "--json");
    assertEquals(well.code, 0, well.out + well.err);
    const report: Report = JSON.parse(well.out);
    const site = about(report, "site home");
    assertEquals(site.map(({ level }) => level), ["ok", "ok"], well.out);
    assert(site.every(({ text }) => /SNAPT answers at .* over 127\.0\.0\.[23]/.test(text)));
    assertEquals(about(report, "running CNAPT").map(({ level }) => level), ["ok"]);
    assertEquals(about(report, "configuration").map(({ level }) => level), ["ok"]);

    await pair.snapt[Symbol.asyncDispose]();
    const ill = await pair.command("cnapt", "doctor");
    assertEquals(ill.code, 1);
    assert(/FAILS +site home: .*nobody listens at SNAPT's address/.test(ill.out), ill.out);
    assert(ill.out.includes("-> check that SNAPT runs there"), ill.out);
    assert(/^\d+ of \d+ things fail/m.test(ill.err), ill.err);

    await pair.cnapt[Symbol.asyncDispose]();
    const path = `${pair.cnaptFolder}/cnapt.yaml`;
    await Deno.chmod(path, 0o644);
    const [, port = ""] = /^status: .*:(\d+)/m.exec(await Deno.readTextFile(path)) ?? [];
    const [, host = ""] = /^status: (.*):\d+/m.exec(await Deno.readTextFile(path)) ?? [];
    await using other = Deno.serve(
      { hostname: host, port: Number(port), onListen() {} },
      () => new Response("somebody else"),
    );
    const alone: Report = JSON.parse((await pair.command("cnapt", "doctor", "--json")).out);
    assertEquals(alone.ok, false);
    const taken = about(alone, "status endpoint");
    assert(taken.some(({ text }) => text.includes("is no CNAPT")), JSON.stringify(taken));
    assert(taken.some(({ text }) => text.includes("taken")), JSON.stringify(taken));
    const holder = Deno.build.os === "linux" ? `(process ${Deno.pid})` : "";
    assert(taken.some(({ text }) => text.includes(holder)), JSON.stringify(taken));
    const exposed = about(alone, "configuration")[0];
    assertEquals(exposed?.level, Deno.build.os === "windows" ? "ok" : "attention");
    await other.shutdown();
  }));
