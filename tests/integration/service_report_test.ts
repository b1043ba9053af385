/** What the two programs, as processes, tell the service manager that has started them. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { lacks } from "../system_needs.ts";
import { asUsersDo, type Launch, run, Running } from "./kit/program.ts";
import { createIdentity, saveIdentity } from "../../lib/config/identity.ts";
import { encodeTicket } from "../../lib/config/ticket.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});
/** Nothing here takes longer unless it hangs. */
const PATIENCE_MS = 15_000;
const ignore = lacks("unixSockets", "what the service manager is told");

/** A program that is started by a service manager whose socket is `path`. */
function startedBy(path: string, more: readonly string[] = []): Launch {
  return (name) => ["env", `NOTIFY_SOCKET=${path}`, ...more, ...asUsersDo(name)];
}

/** Waits until the manager is told a line; everything that it was told before, and this. */
async function toldUntil(manager: Deno.DatagramConn, pattern: RegExp): Promise<string> {
  const told: string[] = [];
  const limit = setTimeout(() => manager.close(), PATIENCE_MS);
  try {
    for (;;) {
      const [bytes] = await manager.receive();
      told.push(new TextDecoder().decode(bytes));
      if (pattern.test(told.at(-1) ?? "")) return told.join("\n");
    }
  } catch (cause) {
    throw new Error(`The manager was never told ${pattern}, but: ${told.join("; ")}`, { cause });
  } finally {
    clearTimeout(limit);
  }
}

/** A folder in which both programs can run. */
async function prepared(test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const snapt =
      "name: home\nlisten: 127.0.0.1:0\nstatus: off\nservices: { ssh: { to: 127.0.0.1:22 } }\n";
    await Deno.writeTextFile(`${folder}/snapt.yaml`, snapt);
    const cnapt = `status: off\nsites: { home: { ticket: ${TICKET}, services: {} } }\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, cnapt, { mode: 0o600 });
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await Deno.writeTextFile(`${folder}/relay.yaml`, "listen: 127.0.0.1:0\nstatus: off\n");
    await saveIdentity(`${folder}/relay.identity.json`, await createIdentity());
    await test(folder);
  });
}

for (
  const [name, verdict, ...as] of [
    ["cnapt", /STATUS=(Connecting to SNAPT|SNAPT is not reached|This machine has no network)/],
    ["snapt", /STATUS=Site home: 0 connected/],
    ["snapt", /STATUS=0 of 0 SNAPTs connected/, "relay"],
  ] as const
) {
  Deno.test({
    name: `${
      [name, ...as].join(" ")
    } tells its service manager when it listens, that it lives, and when it ends`,
    ignore,
    fn: () =>
      prepared(async (folder) => {
        const path = `${folder}/notify`;
        const manager = Deno.listenDatagram({ transport: "unixpacket", path });
        const launch = startedBy(path, ["WATCHDOG_USEC=40000"]);
        await using program = new Running(name, folder, as, launch);
        const ready = await toldUntil(manager, /READY=1/);
        assert(verdict.test(ready), ready);
        await program.line(/ (started|listening|relay-listening) /); // said before
        await toldUntil(manager, /^WATCHDOG=1$/);
        assertEquals(await program.end(), 0);
        await toldUntil(manager, /^STOPPING=1\n/);
        manager.close();
        assert(!program.log.includes("service-manager-not-told"), program.log);
      }),
  });
}

Deno.test({
  name: "a service manager that cannot be told is named once, and the program runs",
  ignore,
  fn: () =>
    prepared(async (folder) => {
      for (
        const [path, reason] of [["relative", "neither a path"], [
          `${folder}/gone`,
          "takes nothing",
        ]] as const
      ) {
        await using snapt = new Running(
          "snapt",
          folder,
          [],
          startedBy(path, ["WATCHDOG_USEC=2000"]),
        );
        await snapt.line(/ listening /);
        const said = await snapt.line(/service-manager-not-told (.*)/);
        assert(said.includes(reason), said);
        assertEquals(await snapt.end(), 0);
        assertEquals(snapt.log.split("service-manager-not-told").length, 2, snapt.log);
      }
    }),
});
