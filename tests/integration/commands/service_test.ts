/** `service` of both programs, as processes, beside programs that stand for those of the system. */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { SYSTEMD_PROPERTIES } from "../../../lib/app/service/service_facts.ts";
import { createIdentity, saveIdentity } from "../../../lib/config/identity.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { userInfo } from "node:os";
import { relative } from "node:path";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { asUsersDo, type Finished, type ProgramName } from "../kit/program.ts";

const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED services: these tests stand for systemd, which only Linux has");

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

/** Notes what it is called with; is-system-running says `$STATE`. */
const STAND_IN = `#!/bin/sh
echo "\${0##*/} $*" >> "$CALLS"
case "$*" in
  *is-system-running*) echo "$STATE" ;;
  *show*) printf 'ActiveState=%s\\nSubState=so\\nExecMainCode=1\\nExecMainStatus=78\\n' "\${ACTIVE:-active}" ;;
  *status*) echo "its state" ;;
esac
`;

/** A user's home with a configuration of cnapt, where the system's programs are stand-ins. */
class Home {
  readonly folder: string;
  readonly unit: string;

  constructor(folder: string) {
    this.folder = folder;
    this.unit = `${folder}/config/systemd/user/cnapt.service`;
  }

  async prepare(): Promise<void> {
    await Deno.mkdir(`${this.folder}/bin`);
    for (const name of ["systemctl", "loginctl", "journalctl"]) {
      await Deno.writeTextFile(`${this.folder}/bin/${name}`, STAND_IN, { mode: 0o755 });
    }
    const yaml = `sites: { home: { ticket: ${TICKET}, services: {} } }\n`;
    await Deno.writeTextFile(`${this.folder}/cnapt.yaml`, yaml, { mode: 0o600 });
    await Deno.writeTextFile(`${this.folder}/my program`, "#!/bin/sh\n", { mode: 0o755 });
  }

  async service(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    name: ProgramName = "cnapt",
    as: readonly string[] = [],
  ): Promise<Finished> {
    const [command = "", ...before] = asUsersDo(name);
    const child = new Deno.Command(command, {
      args: [...before, ...as, "service", ...args],
      cwd: this.folder,
      stdin: "null",
      env: {
        NO_COLOR: "1",
        PATH: `${this.folder}/bin:${Deno.env.get("PATH")}`,
        XDG_CONFIG_HOME: `${this.folder}/config`,
        CALLS: `${this.folder}/calls`,
        STATE: "running",
        ...env,
      },
    });
    const { code, stdout, stderr } = await child.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  }

  /** What the system's programs were called with, as this user, since the last time. */
  async calls(): Promise<readonly string[]> {
    const lines = (await Deno.readTextFile(`${this.folder}/calls`)).trim().split("\n");
    await Deno.remove(`${this.folder}/calls`);
    return lines;
  }
}

function atHome(name: string, test: (home: Home) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        const home = new Home(folder);
        await home.prepare();
        await test(home);
      }),
  });
}

/** What lasts and belongs to root, named from where the user is. */
const PROGRAM = "/usr/bin/env";
const installFrom = (folder: string) =>
  ["install", "--user", "--program", relative(folder, PROGRAM)] as const;

atHome(
  "a service is installed once, changed where it differs, asked, and taken away",
  async (home) => {
    const show = `systemctl --user show --property=${SYSTEMD_PROPERTIES.join(",")} cnapt.service`;
    const install = installFrom(home.folder);
    const first = await home.service(install);
    assertEquals(first.code, 0, first.err);
    assert(first.out.includes(`wrote ${home.unit}\n`), first.out);
    assert(first.err.includes("may be gone when the machine starts"), first.err); // in /tmp
    assertEquals(await home.calls(), [
      "systemctl --user is-system-running",
      show,
      "systemctl --user daemon-reload",
      "systemctl --user enable cnapt.service",
      "loginctl enable-linger",
    ]);
    const unit = await Deno.readTextFile(home.unit);
    const words = `ExecStart=${PROGRAM} run --config ${home.folder}/cnapt.yaml`;
    assert(unit.includes(`${words} --state ${home.folder}\n`), unit);

    const again = await home.service(install);
    assert(again.out.startsWith(`unchanged: ${home.unit}\n`), again.out);
    await Deno.writeTextFile(home.unit, unit.replace("RestartSec=1", "RestartSec=9"));
    const changed = await home.service(install);
    assert(changed.out.includes(`changed ${home.unit}\n  - RestartSec=9\n  + RestartSec=1\n`));
    assertEquals(await Deno.readTextFile(home.unit), unit);
    await home.calls();

    assertEquals((await home.service(["start", "--user"])).out, "cnapt is started.\n");
    const well = await home.service(["status", "--user"]);
    assertEquals([well.code, well.out, well.err], [0, "its state\n", ""]);
    const ill = await home.service(["status", "--user"], { ACTIVE: "failed" });
    assertEquals([ill.code, ill.out], [exitCodeOf("notRunning"), "its state\n"]);
    assert(ill.err.includes("does not run: failed (so), it ended with 78; "), ill.err);
    assertEquals((await home.service(["logs", "--user"])).code, 0);
    assertEquals((await home.service(["stop", "--user"])).out, "cnapt is stopped.\n");
    const asked = (await home.calls()).filter((line) => !line.includes("is-system-running"));
    assertEquals(asked, [
      "systemctl --user start cnapt.service",
      show,
      show,
      "systemctl --user --no-pager status cnapt.service",
      show,
      "systemctl --user --no-pager status cnapt.service",
      "journalctl --user --unit cnapt.service --no-pager --lines 100",
      "systemctl --user stop cnapt.service",
    ]);

    const gone = await home.service(["uninstall", "--user"]);
    assertEquals([gone.code, gone.out], [0, `Removed ${home.unit}.\n`]);
    const twice = await home.service(["uninstall", "--user"]);
    assertEquals([twice.code, twice.out], [0, `There is no ${home.unit}: nothing to do.\n`]);
    const missing = await home.service(["start", "--user"]);
    assertEquals(missing.code, exitCodeOf("notRunning"), missing.err);
  },
);

atHome("every action says what it did as one document, with --json", async (home) => {
  const said = async (args: readonly string[], env = {}) => {
    const { code, out, err } = await home.service([...args, "--json"], env);
    const { schema, manager, scope, file, ...found } = JSON.parse(out);
    assertEquals([schema, manager, scope, file], [
      ...["cnapt.service/1", "systemd", "user", home.unit],
    ]);
    return { code, err, found };
  };
  const missing = await said(["status", "--user"]);
  assertEquals(missing.code, exitCodeOf("notRunning"));
  assertEquals(missing.found, { action: "status", installed: false, running: false });
  const install = installFrom(home.folder);
  const { found: { text } } = await said([...install, "--print"]);
  const { found: { warnings, ...first }, err } = await said(install);
  assertEquals([warnings.length, err], [1, ""]); // the configuration is in /tmp
  const outcome = { action: "install", runsAs: userInfo().username, startsWith: "machine" };
  assertEquals(first, { ...outcome, outcome: "written", changes: [] });
  assertEquals(await Deno.readTextFile(home.unit), text);
  assertEquals((await said(install)).found.outcome, "unchanged");
  assertEquals((await said(["start", "--user"])).found, { action: "start", outcome: "started" });
  const ill = await said(["status", "--user"], { ACTIVE: "failed" });
  assertEquals(ill.code, exitCodeOf("notRunning"));
  assertEquals(ill.found, {
    ...{ action: "status", installed: true, running: false, enabled: null, state: "failed (so)" },
    ...{ pid: null, verdict: null, lastExit: 78, restarts: null },
  });
  assertEquals((await said(["logs", "--user"])).found, { action: "logs", lines: [] });
  assertEquals((await said(["uninstall", "--user"])).found, {
    ...{ action: "uninstall", outcome: "removed", problems: [] },
  });
  assertEquals((await said(["uninstall", "--user"])).found.outcome, "absent");
});

atHome("nothing is installed where it could not run", async (home) => {
  const install = installFrom(home.folder);
  const refused = async (
    reason: Parameters<typeof exitCodeOf>[0],
    part: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) => {
    const { code, err } = await home.service(args, env);
    assertEquals(code, exitCodeOf(reason), err);
    assert(err.includes(part), err);
    assert(!/\n\s+at /.test(err), err);
  };
  await refused("failed", "systemd is not at work here", install, { STATE: "offline" });
  await refused("failed", "is not allowed to start", [
    ...["install", "--user", "--program", "/usr/bin/none"],
  ]);
  // Its unit would stay; where that is emptied as well, the program is named in a warning.
  const mine = ["install", "--user", "--program", "my program"];
  const lasting = { XDG_CONFIG_HOME: "/nonexistent" };
  await refused("failed", "my program: that folder is emptied when the machine", mine, lasting);
  await refused("failed", "quotation marks", ["install", "--user", "--program", 'a"b']);
  await refused("configuration", "no such file", [...install, "--config", "none.yaml"]);
  await Deno.writeTextFile(`${home.folder}/wrong.yaml`, "sites: 7\n");
  await refused("configuration", "sites", [...install, "--config", "wrong.yaml"]);
  await refused("usage", "there are install", ["instal", "--user"]);
  await refused("usage", "exclude each other", ["install", "--user", "--system"]);
  await refused("usage", "--run-as", [...install, "--run-as", "daemon"]);
  for (const named of [["--run-as=-x"], ["--run-as", "me\nUser=root"]]) {
    await refused("usage", "no name of a user", ["install", "--system", "--print", ...named]);
  }
  const both = await home.service([...mine, "--json"]);
  assertEquals([both.code, JSON.parse(both.out).warnings.length], [0, 2], both.err);
  assertEquals((await home.service(["uninstall", "--user"])).code, 0);
  const isThere = await Deno.stat(home.unit).then(() => true, () => false);
  assertEquals(isThere, false);
});

atHome(
  "what would be written is printed, for the machine too, and nothing is done",
  async (home) => {
    const { code, out, err } = await home.service(
      ["install", "--system", "--run-as", "daemon", "--print", "--program", "/usr/bin/cnapt"],
    );
    assertEquals(code, 0, err);
    assert(out.includes("\nUser=daemon\n") && out.includes("\nProtectSystem=strict\n"), out);
    assertEquals(await Deno.stat(`${home.folder}/calls`).then(() => true, () => false), false);
  },
);

atHome("snapt wants its identity before it is a service", async (home) => {
  await Deno.writeTextFile(
    `${home.folder}/snapt.yaml`,
    "services: { ssh: { to: 127.0.0.1:22 } }\n",
  );
  const { code, err } = await home.service(installFrom(home.folder), {}, "snapt");
  assertEquals(code, exitCodeOf("configuration"), err);
});

atHome("a relay is a service of its own", async (home) => {
  const relay = (...args: readonly string[]) => home.service(args, {}, "snapt", ["relay"]);
  const { folder } = home;
  await Deno.writeTextFile(`${folder}/relay.yaml`, "listen: 127.0.0.1:0\n");
  const keyless = await relay(...installFrom(folder));
  assertEquals(keyless.code, exitCodeOf("configuration"), keyless.err);
  assert(keyless.err.includes("snapt relay init"), keyless.err);
  await saveIdentity(`${folder}/relay.identity.json`, await createIdentity());
  const installed = await relay(...installFrom(folder));
  assertEquals(installed.code, 0, installed.err);
  assert(installed.out.includes("`snapt relay service start --user`"), installed.out);
  const file = `${folder}/config/systemd/user/snapt-relay.service`;
  const words = `ExecStart=${PROGRAM} relay run --config ${folder}/relay.yaml --state ${folder}\n`;
  assert((await Deno.readTextFile(file)).includes(words));
  assertEquals((await relay("start", "--user")).out, "snapt relay is started.\n");
  assert((await home.calls()).includes("systemctl --user start snapt-relay.service"));
  const { schema } = JSON.parse((await relay("uninstall", "--user", "--json")).out);
  assertEquals(schema, "snapt.relay.service/1");
  const missing = await relay("status", "--user");
  assertEquals(missing.code, exitCodeOf("notRunning"), missing.err);
});
