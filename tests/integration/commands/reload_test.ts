/** Both programs as processes that read their configuration again while connections are at work. */
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { nobodyListens } from "../kit/nobody_listens.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { run, Running } from "../kit/program.ts";
import { asServices, besidePair, HAS_HANGUP } from "../kit/reloaded_pair.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

async function ping(conn: Deno.Conn, bytes = 3_000): Promise<void> {
  await writeAll(conn, pattern(bytes));
  assertEquals(await readExactly(conn, bytes), pattern(bytes));
}

function placeOf(address: string): Deno.ConnectOptions {
  const [hostname = "", port] = address.split(":");
  return { hostname, port: Number(port) };
}

async function connectTo(address: string): Promise<Deno.TcpConn> {
  return await Deno.connect(placeOf(address));
}

const also = (port: number) => (yaml: string) =>
  yaml.replace("} }", `}, other: { to: "127.0.0.1:${port}" } }`);
const alone = (yaml: string) => yaml.replace(/, other: \{[^}]*\}/, "");

Deno.test("a service is added and removed at both ends while a connection of another goes on", () =>
  besidePair(async (pair, port) => {
    const { cnapt, snapt } = pair.pair;
    using conn = await pair.pair.connect();
    await ping(conn);
    assertEquals(await pair.reload("snapt", also(port)), "Reloaded.\nservices.other: added\n");
    const at = freeAddress();
    const said = await pair.reload(
      "cnapt",
      (yaml) => yaml.replace(/^( +)echo:/m, `$1other: { listen: "${at}" }\n$1echo:`),
    );
    assertEquals(said, "Reloaded.\nsites.home.services.other: added\n");
    using other = await connectTo(at);
    await ping(other);

    assertEquals(await pair.reload("snapt", alone), "Reloaded.\nservices.other: removed\n");
    await assertRejects(() => readAll(other), Deno.errors.ConnectionReset);
    await assertRejects(async () => {
      using late = await connectTo(at);
      await readAll(late);
    }, Deno.errors.ConnectionReset);
    await pair.reload("cnapt", (yaml) => yaml.replace(/^ +other:.*\n/m, ""));
    await nobodyListens(placeOf(at));
    await ping(conn);
    assert(!/session-ended/.test(cnapt.log + snapt.log), cnapt.log + snapt.log);
  }));

Deno.test("every byte of a connection comes through ten reloads, asked for by command and signal", () =>
  besidePair(async (pair, port) => {
    const { cnapt, snapt } = pair.pair;
    using conn = await pair.pair.connect();
    const bytes = 20_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    for (let round = 0; round < 5; round += 1) {
      await pair.edit("snapt", round % 2 === 0 ? also(port) : alone);
      if (HAS_HANGUP) Deno.kill(snapt.pid, "SIGHUP");
      assertEquals((await pair.pair.command("snapt", "reload")).code, 0);
      assertEquals((await pair.pair.command("cnapt", "reload")).code, 0);
    }
    await writing;
    assertEquals(await reading, pattern(bytes));
    assert(!/session-ended|stopping/.test(cnapt.log + snapt.log), cnapt.log + snapt.log);
  }));

Deno.test("sixty reloads as fast as they are answered, half of them of wrong files, touch no byte", () =>
  besidePair(async (pair, port) => {
    const { cnapt, snapt } = pair.pair;
    using conn = await pair.pair.connect();
    const bytes = 30_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    const more = {
      snapt: 'limits: { clients: 9 }\ndestinations: ["127.0.0.1:1"]\n',
      cnapt: "limits: { flows: 99 }\ndecision: { sensitivity: calm, check: 300ms }\n",
    };
    const outcomes: string[] = [];
    for (const program of ["snapt", "cnapt"] as const) {
      const endpoint = await pair.endpoint(program);
      const yaml = await Deno.readTextFile(pair.file(program));
      const other = program === "snapt" ? also(port)(yaml) : yaml;
      const texts = [other + more[program], `${yaml}limits: 5\n`, yaml, `${yaml}sites: [`];
      for (let round = 0; round < 30; round += 1) {
        await pair.write(program, texts[round % 4] ?? "");
        outcomes.push(JSON.parse((await endpoint.post("/reload", {})).body).outcome);
      }
    }
    const half = Array.from({ length: 30 }, () => ["reloaded", "invalid"]).flat();
    assertEquals(outcomes, half);
    await writing;
    assertEquals(await reading, pattern(bytes));
    await ping(conn);
    using late = await pair.pair.connect();
    await ping(late);
    assert(!/session-ended|stopping| error /.test(cnapt.log + snapt.log), cnapt.log + snapt.log);
  }));

Deno.test("a wrong file changes nothing, and each problem is said line by line with exit code 78", () =>
  besidePair(async (pair) => {
    for (const program of ["snapt", "cnapt"] as const) {
      const before = await pair.edit(program, (yaml) => `${yaml}\nlgo: 5\nnotify: 7\n`);
      const { code, out, err } = await pair.pair.command(program, "reload");
      assertEquals([code, out], [78, ""]);
      assert(/:\d+: lgo: /.test(err) && /:\d+: notify: /.test(err), err);
      assert(err.trimEnd().endsWith("everything is as it was"), err);
      if (HAS_HANGUP) {
        Deno.kill(pair.pair[program].pid, "SIGHUP");
        await pair.pair[program].line(/reload-refused .*lgo: /);
        await pair.pair[program].line(/reload-refused .*notify: /);
      }
      await Deno.writeTextFile(pair.file(program), before);
    }
    using conn = await pair.pair.connect();
    await ping(conn);
  }));

Deno.test("what needs a restart is named and keeps its value", () =>
  besidePair(async (pair) => {
    const said = await pair.reload(
      "snapt",
      (yaml) =>
        `${yaml}\ntimeouts: { drain: 1s }\nlog: debug\n`.replace("name: home", "name: other"),
    );
    assertEquals(
      said,
      "Reloaded.\ntimeouts.drain: changed\nlog.level: changed\n" +
        "name: needs a restart; the old value holds until then\n",
    );
    const { out } = await pair.pair.command("snapt", "reload", "--json");
    assertEquals(JSON.parse(out), {
      schema: "snapt.reload/1",
      outcome: "reloaded",
      applied: [],
      needsRestart: ["name"],
      failed: [],
    });
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await pair.edit(
      "cnapt",
      (yaml) =>
        yaml.replace(/^( +)echo:/m, `$1other: { listen: "127.0.0.1:${taken.addr.port}" }\n$1echo:`),
    );
    const failed = await pair.pair.command("cnapt", "reload");
    assertEquals(failed.code, 1);
    assert(failed.err.includes(`${taken.addr.port}`), failed.err);
    taken.close();
    assertEquals((await pair.pair.command("cnapt", "reload")).code, 0);
    await pair.pair.cnapt.line(/offering .*service=other /);
  }));

Deno.test("a site that is joined while CNAPT runs begins, and the first one ends without the other", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port, { launch: asServices });
    using conn = await pair.connect();
    await ping(conn);
    const [snaptFolder, at] = [`${folder}/work`, freeAddress()];
    await Deno.mkdir(snaptFolder);
    await Deno.writeTextFile(
      `${snaptFolder}/snapt.yaml`,
      `name: work\nlisten: 127.0.0.1:0\nstatus: off\n` +
        `services: { web: { to: "127.0.0.1:${server.port}" } }\n`,
    );
    assertEquals((await run("snapt", snaptFolder, ["init"])).code, 0);
    await using work = new Running("snapt", snaptFolder);
    const address = await work.line(/listening address=(\S+)/);
    const invited = await run("snapt", snaptFolder, ["invite", "laptop", "--address", address]);
    const join = ["join", "-", "--service", `web=${at}`];
    const joined = await run("cnapt", pair.cnaptFolder, join, invited.out);
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes("sites.work: added"), joined.out);
    using web = await connectTo(at);
    await ping(web);

    const left = await pair.command("cnapt", "leave", "home");
    assertEquals([left.code, left.err], [0, ""]);
    assert(left.out.includes("sites.home: removed"), left.out);
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    await pair.snapt.line(/session-ended .*reason="CNAPT said goodbye"/);
    await ping(web);
    // Its key was that of the commands; now it is that of the other.
    const again = await pair.command("cnapt", "reload");
    assertEquals([again.code, again.out], [0, "Reloaded: nothing has changed.\n"]);
    const last = await pair.command("cnapt", "leave", "work");
    assert(last.out.includes("keeps it until it is ended"), last.out);
    await ping(web);
    assert(!/site=work.*session-ended/.test(pair.cnapt.log), pair.cnapt.log);
    assertEquals(await pair.cnapt.end(), 0);
  }));
