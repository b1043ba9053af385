/** What `ping`, `leave`, `remove` and `doctor --bundle` do, as processes. */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { AtHome } from "../kit/at_home.ts";
import { failsWith } from "../kit/fails_with.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { asUsersDo, run, Running } from "../kit/program.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

async function besidePair(test: (pair: ProcessPair) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    await test(pair);
  });
}

const LINE = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

Deno.test("cnapt ping has a line for each network, and says which there is not", () =>
  besidePair(async (pair) => {
    const network = await pair.cnapt.line(/ connected .*provider=(\S+)/);
    const well = await pair.command("cnapt", "ping", network, "--count", "1");
    assertEquals([well.code, well.err], [0, ""]);
    assert(/^\S+ over \S+, link from \S+: [\d.]+ ms\n$/.test(well.out), well.out);
    const document = JSON.parse(
      (await pair.command("cnapt", "ping", "--count", "1", "--json")).out,
    );
    assertEquals(document.schema, "cnapt.ping/1");
    assert(document.probes.length >= 1);
    const none = await pair.command("cnapt", "ping", "wlan77");
    assertEquals([none.code, none.out], [exitCodeOf("usage"), ""]);
    assert(none.err.includes("there is no such network"), none.err);
  }));

Deno.test("cnapt ping that nothing answers ends with the code for no network", () =>
  inFolder(async (folder) => {
    const yaml = `status: ${freeAddress()}\nsites: { home: { ticket: ${LINE}, services: {} } }\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, yaml, { mode: 0o600 });
    await using cnapt = new Running("cnapt", folder);
    await cnapt.line(/ started /);
    const { code, err } = await run("cnapt", folder, ["ping", "--count", "1"]);
    assertEquals(code, exitCodeOf("noNetwork"), err);
    assert(err.startsWith("Cannot reach SNAPT: "), err);
  }));

Deno.test("snapt remove ends a live session and forgets the key", () =>
  besidePair(async (pair) => {
    using conn = await pair.connect();
    await writeAll(conn, pattern(3_000));
    await readExactly(conn, 3_000);
    const removed = await pair.command("snapt", "remove", "laptop");
    assertEquals([removed.code, removed.err], [0, ""]);
    assert(removed.out.includes("laptop is removed"), removed.out);
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    assert(!(await pair.command("snapt", "list")).out.includes("laptop"));
    assertEquals((await pair.command("snapt", "remove", "laptop")).code, exitCodeOf("failed"));
  }));

Deno.test("whoever joins anew after that is told what to do with the old key, and with what runs", () =>
  besidePair(async (pair) => {
    await pair.command("snapt", "remove", "laptop");
    const address = await pair.snapt.line(/listening address=(\S+)/);
    const invited = await pair.command("snapt", "invite", "laptop", "--address", address);
    const code = invited.out.trim();
    const taken = await pair.command("cnapt", "join", code);
    assertEquals(taken.code, exitCodeOf("failed"));
    assert(taken.err.includes("`cnapt leave home`"), taken.err);
    assertEquals((await pair.command("cnapt", "leave", "home")).code, 0);
    const joined = await pair.command("cnapt", "join", code);
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes("sites.home.ticket: needs a restart"), joined.out);
  }));

Deno.test("cnapt leave takes one site out, keeps the rest, and says what is left", () =>
  inFolder(async (folder) => {
    const before = `# mine\nstatus: off\nsites:\n  # the firm\n  work:\n    ticket: ${LINE}\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, before, { mode: 0o600 });
    assertEquals((await run("cnapt", folder, ["join", LINE])).code, 0);
    await failsWith("usage")("cnapt", folder, ["leave", "hom"], ["did you mean home?"]);
    const ports = `${folder}/cnapt.ports.json`;
    const offers = { "home/ssh/tcp": "127.0.0.1:2222", "work/db/tcp": "127.0.0.1:5432" };
    await Deno.writeTextFile(ports, JSON.stringify({ version: 1, offers }), { mode: 0o600 });
    const left = await run("cnapt", folder, ["leave", "home"]);
    const kept = JSON.parse(await Deno.readTextFile(ports)).offers;
    assertEquals(kept, { "work/db/tcp": "127.0.0.1:5432" }, "a place of the site is kept");
    assertEquals([left.code, left.err], [0, ""]);
    assert(left.out.includes("it still has work"), left.out);
    assertEquals(await Deno.readTextFile(`${folder}/cnapt.yaml`), before);
    const last = await run("cnapt", folder, ["leave", "work", "--json"]);
    assertEquals(JSON.parse(last.out), {
      schema: "cnapt.leave/1",
      file: "cnapt.yaml",
      site: "work",
      left: [],
    });
    assertEquals((await run("cnapt", folder, ["join", LINE])).code, 0);
  }));

Deno.test({
  name: "cnapt doctor --bundle shows the report, and writes none when the answer is no",
  ignore: lacksProgram("script", "what doctor asks on a terminal"),
  fn: () =>
    inFolder(async (folder) => {
      const yaml = `status: off\nsites: { home: { ticket: ${LINE}, services: {} } }\n`;
      await Deno.writeTextFile(`${folder}/cnapt.yaml`, yaml, { mode: 0o600 });
      const no = await new AtHome(folder).onTerminal(folder, ["doctor", "--bundle"], "n\n");
      assertEquals(no.code, exitCodeOf("unanswered"), no.out);
      assert(no.out.includes("== findings ==") && no.out.includes("the answer was no"), no.out);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["cnapt.yaml"]);
      const asked = [...asUsersDo("cnapt"), "doctor", "--bundle", "--json"];
      const typing = `${asked.map((word) => `'${word}'`).join(" ")} >document`;
      const shell = ["script", "-qec", typing, "/dev/null"];
      const yes = await new AtHome(folder).run(shell, folder, "y\n");
      assert(yes.out.includes("== findings ==") && yes.out.includes("Write this"), yes.out);
      const document = await Deno.readTextFile(`${folder}/document`);
      assertEquals(JSON.parse(document), { schema: "cnapt.bundle/1", file: "cnapt-report.txt" });
    }),
});

Deno.test("cnapt doctor --bundle writes one file without secrets, and never over another", () =>
  inFolder(async (folder) => {
    const yaml = `status: off\nsites: { home: { ticket: ${LINE}, services: {} } }\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, yaml, { mode: 0o600 });
    await failsWith("usage")("cnapt", folder, ["doctor", "--bundle"], ["--yes"]);
    const args = ["doctor", "--bundle", "report.txt", "--yes"];
    const { code, out } = await run("cnapt", folder, args);
    assertEquals([code, out], [0, "Wrote report.txt.\n"]);
    const report = await Deno.readTextFile(`${folder}/report.txt`);
    for (
      const part of [
        "== versions ==",
        "== findings ==",
        "ticket: cnapt1.…",
        "Deno",
      ]
    ) {
      assert(report.includes(part), report);
    }
    assert(/\(commit (?:dev|unknown|[0-9a-f]{12}(?:-changed)?), Deno /.test(report), report);
    assert(!report.includes(LINE.slice(35, 70)), "a key is in the report");
    await failsWith("failed")("cnapt", folder, args, ["there is such a file"]);
  }));
