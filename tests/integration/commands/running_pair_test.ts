import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "../kit/process_pair.ts";
import { asUsersDo, type ProgramName, Running } from "../kit/program.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "../kit/server_application.ts";

async function besidePair(test: (pair: ProcessPair) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    await test(pair);
  });
}

/** The provider that won when CNAPT started, and the other one. */
async function providersOf(pair: ProcessPair): Promise<readonly [string, string]> {
  const first = await pair.cnapt.line(/ connected .*provider=(\S+)/);
  return [first, PROVIDERS.find((one) => one !== first) ?? ""];
}

async function ping(conn: Deno.Conn): Promise<void> {
  await writeAll(conn, pattern(3_000));
  assertEquals(await readExactly(conn, 3_000), pattern(3_000));
}

Deno.test("switch moves a connection between two addresses, and status tells of it", () =>
  besidePair(async (pair) => {
    const [FIRST, SECOND] = await providersOf(pair);
    using conn = await pair.connect();
    await ping(conn);

    const planned = await pair.command("cnapt", "switch", SECOND);
    assertEquals([planned.code, planned.err], [0, ""]);
    assert(
      planned.out.startsWith(`overlapped switch ${FIRST} -> ${SECOND} (asked for): `),
      planned.out,
    );
    await ping(conn);

    const strict = await pair.command("cnapt", "switch", FIRST, "--strict", "--json");
    assertEquals([strict.code, strict.err], [0, ""]);
    const { schema, receipts: [receipt] } = JSON.parse(strict.out);
    assertEquals(schema, "cnapt.switch/1");
    assertEquals(
      [receipt.outcome, receipt.kind, receipt.from, receipt.to, receipt.streams],
      ["switched", "strict", SECOND, FIRST, 1],
    );
    await ping(conn);

    const { code, out } = await pair.command("cnapt", "status", "--json");
    assertEquals(code, 0);
    const status = JSON.parse(out);
    assertEquals([status.state, status.provider, status.sites.home.state], [
      "connected",
      FIRST,
      "connected",
    ]);
    assertEquals(status.streams.map((one: { service: string }) => one.service), ["echo"]);
    assertEquals(status.switches.length, 2);
    assertEquals(status.switches.map((one: { kind: string }) => one.kind), [
      "overlapped",
      "strict",
    ]);
    for (const one of status.switches) {
      assertEquals([one.site, one.reason], ["home", "asked for"]);
      assertEquals([typeof one.stallMs, typeof one.replayedBytes], ["number", "number"]);
      assert(!Number.isNaN(Date.parse(one.endedAt)));
    }
    assertEquals([status.switches[0].from, status.switches[0].to], [FIRST, SECOND]);
    const shown = (await pair.command("cnapt", "status")).out;
    for (const part of [`Connected over ${FIRST}`, "site home: connected", "1 connection"]) {
      assert(shown.includes(part), shown);
    }
  }));

Deno.test("a switch that cannot be says why with exit code 1 and disturbs nothing", () =>
  besidePair(async (pair) => {
    const [FIRST] = await providersOf(pair);
    using conn = await pair.connect();
    await ping(conn);
    for (
      const [to, reason] of [
        ["wlan77", `no such interface with an address (there is: ${PROVIDERS.join(", ")})`],
        [FIRST, "there already"],
        ["203.0.113.9", "no such interface"],
      ] as const
    ) {
      const { code, out, err } = await pair.command("cnapt", "switch", to, "--json");
      assertEquals([code, JSON.parse(out).schema], [1, "cnapt.error/1"]);
      assert(err.startsWith(`Cannot switch to ${to}: `) && err.includes(reason), err);
    }
    await ping(conn);
    const { switches } = JSON.parse((await pair.command("cnapt", "status", "--json")).out);
    // On a busy machine CNAPT may leave a network by itself: then the reason begins with its name.
    const asked = (one: { reason: string }) =>
      !PROVIDERS.some((name) => one.reason.startsWith(`${name}: `));
    assertEquals(switches.filter(asked), []);
  }));

Deno.test("confirm without a question says so, and what was declined is none", () =>
  besidePair(async (pair) => {
    await providersOf(pair);
    const unnamed = await pair.command("cnapt", "confirm");
    assertEquals([unnamed.code, unnamed.out], [1, ""]);
    assert(unnamed.err.includes("Cannot confirm anything: there is no question"), unnamed.err);
    const named = await pair.command("cnapt", "confirm", "lte", "--no");
    assertEquals(named.code, 1);
  }));

Deno.test("snapt status tells who is connected and keeps every secret", () =>
  besidePair(async (pair) => {
    const [FIRST] = await providersOf(pair);
    using conn = await pair.connect();
    await ping(conn);
    const { code, out } = await pair.command("snapt", "status", "--json");
    assertEquals(code, 0);
    const { site, sessions, services } = JSON.parse(out);
    assertEquals([site, services.length, sessions.length], ["home", 1, 1]);
    const [{ client, state, streams, from }] = sessions;
    assertEquals([client, state, streams], ["laptop", "connected", 1]);
    assert(from.startsWith(`${FIRST}:`), from);
    const shown = (await pair.command("snapt", "status")).out;
    assert(shown.includes("Site home: 1 connected") && shown.includes("laptop"), shown);
    const { clients } = JSON.parse(
      await Deno.readTextFile(`${pair.snaptFolder}/snapt.clients.json`),
    );
    for (const text of [out, shown, pair.snapt.log, pair.cnapt.log]) {
      assert(!text.includes(clients[0].keyHex) && !text.includes("PRIVATE"), "a secret is shown");
    }
  }));

Deno.test("revoke during a session ends it at once and for good", () =>
  besidePair(async (pair) => {
    using conn = await pair.connect();
    await ping(conn);
    const { code, out, err } = await pair.command("snapt", "revoke", "laptop");
    assertEquals([code, err], [0, ""]);
    assert(out.includes("Its session was ended."), out);
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    await pair.cnapt.line(/session-ended .*revoked/);
    const status = JSON.parse((await pair.command("cnapt", "status", "--json")).out);
    assertEquals([status.state, status.sites.home.refusal.code], ["refused", "revoked"]);
    await assertRejects(async () => {
      using late = await pair.connect();
      await readAll(late);
    }, Deno.errors.ConnectionReset);
  }));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} ends CNAPT with a goodbye that SNAPT hears, and its applications' connections`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      besidePair(async (pair) => {
        using conn = await pair.connect();
        await ping(conn);
        assertEquals(await pair.cnapt.end(signal), 0);
        await pair.snapt.line(/session-ended .*reason="CNAPT said goodbye"/);
        await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
        const { sessions } = JSON.parse((await pair.command("snapt", "status", "--json")).out);
        assertEquals(sessions, []);
      }),
  });

  Deno.test({
    name: `${signal} ends SNAPT with a goodbye that CNAPT hears, and the servers' connections`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      besidePair(async (pair) => {
        using conn = await pair.connect();
        await ping(conn);
        assertEquals(await pair.snapt.end(signal), 0);
        await pair.cnapt.line(/session-ended .*reason="SNAPT ended the session"/);
        await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
      }),
  });
}

Deno.test({
  name: "a terminal that is closed, which tells its programs twice, ends CNAPT no faster",
  ignore: Deno.build.os !== "linux", // the command that makes a terminal is another elsewhere
  fn: () =>
    inFolder(async (folder) => {
      const onTerminal = (name: ProgramName) => {
        const words = [...asUsersDo(name), "run", "--verbose"];
        const line = words.map((word) => `'${word}'`).join(" ");
        return name === "snapt" ? asUsersDo(name) : ["script", "-qfec", line, "/dev/null"];
      };
      await using server = echo();
      await using pair = await ProcessPair.start(folder, server.port, { launch: onTerminal });
      await pair.cnapt.end("SIGKILL"); // the terminal goes with the program that made it
      await pair.snapt.line(/session-ended .*reason="CNAPT said goodbye"/);
    }),
});

Deno.test({
  name: "CNAPT goes on without its terminal when it was started so, as by nohup",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const launch = (name: ProgramName) => [
        ...["sh", "-c", `trap '' HUP && exec "$0" "$@"`],
        ...asUsersDo(name),
      ];
      await using server = echo();
      await using pair = await ProcessPair.start(folder, server.port, { launch });
      Deno.kill(pair.cnapt.pid, "SIGHUP");
      using conn = await pair.connect();
      await ping(conn);
      assert(!pair.cnapt.log.includes("stopping"), pair.cnapt.log);
      assertEquals(await pair.cnapt.end(), 0);
    }),
});

for (
  const [signal, noticed] of [
    ["SIGTERM", /session-ended .*reason="SNAPT ended the session"/],
    ["SIGKILL", /switch-began|path-lost|cannot-reach-snapt/],
  ] as const
) {
  Deno.test({
    name: `applications that connect while SNAPT is started again after ${signal} are served by it`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      besidePair(async (pair) => {
        const address = await pair.snapt.line(/listening address=(\S+)/);
        const file = `${pair.snaptFolder}/snapt.yaml`;
        const yaml = await Deno.readTextFile(file);
        await Deno.writeTextFile(file, yaml.replace("127.0.0.1:0", address));
        await pair.snapt.end(signal);
        await pair.cnapt.line(noticed);
        using early = await pair.connect();
        await writeAll(early, pattern(1_000));
        await early.closeWrite();
        await using _again = new Running("snapt", pair.snaptFolder, []);
        using late = await pair.connect();
        await ping(late);
        assertEquals(await readAll(early), pattern(1_000));
      }),
  });
}

Deno.test("a program that is started once more says that it runs already", () =>
  besidePair(async (pair) => {
    for (const program of ["cnapt", "snapt"] as const) {
      const { code, err } = await pair.command(program, "run");
      assertEquals(code, 1, err);
      assert(err.includes(`Cannot run: ${program.toUpperCase()} runs here already`), err);
    }
    using conn = await pair.connect();
    await ping(conn);
  }));
