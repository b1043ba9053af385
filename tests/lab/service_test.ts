/** `service` of the compiled programs on machines whose first process is systemd. */
import { exitCodeOf } from "../../lib/app/program/exit_code.ts";
import { packagedUnit } from "../../lib/app/service/packaged_unit.ts";
import { encodeTicket } from "../../lib/config/ticket.ts";
import { assert, assertEquals } from "../assert.ts";
import { compiledProductPath } from "../compiled_product.ts";
import { MACHINE_SERVICE_USER, MACHINE_USER } from "./kit/systemd_boot.ts";
import { SystemdMachine, whyNoSystemd } from "./kit/systemd_machine.ts";

const LIMIT_MS = 30_000;
const limit = () => AbortSignal.timeout(LIMIT_MS);

const cnapt = compiledProductPath("cnapt");
const snapt = compiledProductPath("snapt");
const why = cnapt === null || snapt === null
  ? "dist/ has no programs as new as the sources: `task compile --host`"
  : await whyNoSystemd();
const ignore = why !== null;
if (ignore) console.error(`\n*** SKIPPED lab tests of services under systemd: ${why} ***\n`);

const FILES = { "opt/bin/cnapt": cnapt ?? "", "opt/bin/snapt": snapt ?? "" };
const NOT_RUNNING = exitCodeOf("notRunning");

const SNAPT_YAML = `name: home
listen: 127.0.0.1:780
status: 127.0.0.1:7788
services: { ssh: { to: 127.0.0.1:22 } }
`;
const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});
const CNAPT_YAML = `status: off\nsites: { home: { ticket: ${TICKET}, services: {} } }\n`;

/** A file there that nobody but `owner` reads. */
async function write(
  machine: SystemdMachine,
  path: string,
  owner: string,
  text: string,
): Promise<void> {
  const install = ["install", "-o", owner, "-g", owner, "-m", "0600", "/dev/stdin", path];
  await machine.run(install, { input: text });
}

/** What systemd knows of a unit: `{ ActiveState: "active", … }`. */
async function shown(
  machine: SystemdMachine,
  unit: string,
  user = false,
): Promise<ReadonlyMap<string, string>> {
  const whose = user ? ["--user"] : [];
  const { stdout } = await machine.run(["systemctl", ...whose, "show", unit], { user });
  return new Map(
    stdout.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

Deno.test("systemd keeps snapt as a service of the machine, closed in", { ignore }, async () => {
  await using machine = await SystemdMachine.boot(FILES);
  const config = "/etc/snapt/snapt.yaml";
  const files = ["--config", config, "--state", "/srv/state"];
  const service = (...words: readonly string[]) =>
    machine.run(["snapt", "service", ...words, ...files], { mayFail: true });
  const owner = MACHINE_SERVICE_USER;
  const folders = ["/etc/snapt", "/srv/state"];
  await machine.run(["install", "-d", "-o", owner, "-g", owner, "-m", "0700", ...folders]);
  await write(machine, config, owner, SNAPT_YAML);
  await machine.run(["runuser", "-u", owner, "--", "snapt", "init", ...files]);

  const before = await service("start");
  assertEquals(before.code, NOT_RUNNING, before.stderr);
  const installed = await service("install");
  assertEquals(installed.code, 0, installed.stderr);
  assert(installed.stdout.includes(`It runs as ${MACHINE_SERVICE_USER}.`), installed.stdout);
  const again = await service("install");
  assert(again.stdout.startsWith("unchanged: /etc/systemd/system/snapt.service\n"), again.stdout);

  const log = machine.start(["journalctl", "--unit", "snapt", "--follow", "--no-tail"]);
  const started = await service("start");
  assertEquals([started.code, started.stdout], [0, "snapt is started.\n"], started.stderr);
  const running = await shown(machine, "snapt");
  assertEquals(running.get("ActiveState"), "active");
  assertEquals(running.get("StatusText"), "Site home: 0 connected");
  const pid = Number(running.get("MainPID"));
  const status = await service("status", "--json");
  assertEquals(status.code, 0, status.stderr);
  const { enabled, restarts, ...found } = JSON.parse(status.stdout);
  assertEquals([found.running, enabled, restarts, found.pid], [true, true, 0, pid]);
  assertEquals([found.state, found.verdict, found.lastExit], [
    ...["active (running)", "Site home: 0 connected", null],
  ]);
  const process = (await machine.run(["cat", `/proc/${pid}/status`])).stdout;
  assert(/^Uid:\t102\t102\t/m.test(process), process);
  assert(/^CapEff:\t0{13}400$/m.test(process), process); // a port below 1024, and nothing else
  assert(/^NoNewPrivs:\t1$/m.test(process) && /^Seccomp:\t2$/m.test(process), process);
  // Of all that is not the service's own, it writes its state only.
  const { stdout: mounts } = await machine.run(["cat", `/proc/${pid}/mounts`]);
  assert(/ \/srv\/state \S+ rw,/.test(mounts) && / \/ \S+ ro,/.test(mounts), mounts);
  const limits = (await machine.run(["cat", `/proc/${pid}/limits`])).stdout;
  // Where systemd itself is allowed fewer, that many; without the setting the first is 1024.
  assertEquals(running.get("LimitNOFILE"), "65536");
  assert(/^Max open files +(\d{5}) +\1 /m.test(limits), limits);
  const { stdout: rating } = await machine.run(
    ["systemd-analyze", "security", "--no-pager", "--threshold=20", "snapt.service"],
  );
  assert(/exposure level for snapt.service: [01]\.\d/.test(rating), rating.slice(-300));

  await machine.run(["sh", "-c", `echo 'log: debug' >>${config}`]);
  await machine.run(["systemctl", "reload", "snapt"]);
  await log.waitFor(/ reloaded /, limit());
  await machine.run(["kill", "-KILL", String(pid)]);
  await log.waitFor(/Scheduled restart job/, limit());
  await log.waitFor(/ listening /, limit());
  assertEquals((await shown(machine, "snapt")).get("NRestarts"), "1");

  assertEquals((await service("stop")).stdout, "snapt is stopped.\n");
  const logs = await service("logs");
  assertEquals(logs.code, 0, logs.stderr);
  assert(logs.stdout.includes("Deactivated successfully"), logs.stdout);
  const journal = (...more: readonly string[]) =>
    machine.run(["journalctl", "--unit", "snapt", "--output=cat", ...more]);
  // The journal has taken the priority off, and has the time itself.
  const { stdout: plain } = await journal();
  assert(/^listening /m.test(plain) && !/^<\d>/m.test(plain), plain);

  await machine.run(["sh", "-c", `echo 'wrong: 1' >>${config}`]);
  const broken = await service("start");
  assertEquals(broken.code, exitCodeOf("failed"));
  assert(broken.stderr.endsWith("`snapt service logs` says why\n"), broken.stderr);
  const { stdout: errors } = await journal("--priority=err");
  assert(errors.includes("wrong: there is no such setting"), errors);
  assert(!errors.includes("listening"), errors);
  const ended = await shown(machine, "snapt");
  assertEquals([ended.get("ActiveState"), ended.get("ExecMainStatus"), ended.get("NRestarts")], [
    "failed",
    "78",
    "0",
  ]);
  const down = await service("status");
  assertEquals(down.code, NOT_RUNNING);
  assert(down.stderr.includes("failed (failed), it ended with 78;"), down.stderr);

  const gone = await service("uninstall");
  assertEquals(gone.stdout, "Removed /etc/systemd/system/snapt.service.\n", gone.stderr);
  assertEquals((await shown(machine, "snapt")).get("LoadState"), "not-found");
});

Deno.test("systemd keeps cnapt as a service of an ordinary user", { ignore }, async () => {
  await using machine = await SystemdMachine.boot(FILES);
  const { name, id, home } = MACHINE_USER;
  const as = { user: true, mayFail: true } as const;
  const service = (...words: readonly string[]) => machine.run(["cnapt", "service", ...words], as);
  await machine.run(["mkdir", "-p", ".config/cnapt"], as);
  await write(machine, `${home}/.config/cnapt/cnapt.yaml`, name, CNAPT_YAML);
  const nobody = await service("install");
  assertEquals(nobody.code, exitCodeOf("failed"));
  assert(nobody.stderr.includes("Log in as this user"), nobody.stderr);

  await machine.run(["systemctl", "start", `user@${id}.service`]); // as a login does
  await machine.run(["install", "-D", "-m", "0755", "/bin/true", "/opt/shared/cnapt"]);
  await machine.run(["chmod", "a+w", "/opt/shared"]);
  const [forAll, shared, state] = await Promise.all([
    service("install", "--system"),
    service("install", "--program", "/opt/shared/cnapt"),
    service("install", "--state", "/opt/shared/state"),
  ]);
  assertEquals(forAll.code, exitCodeOf("refused"), forAll.stderr);
  assertEquals(shared.code, exitCodeOf("failed"));
  assert(shared.stderr.includes("everybody is allowed to write /opt/shared,"), shared.stderr);
  assertEquals(state.code, exitCodeOf("failed"));
  assert(state.stderr.includes("/opt/shared/state: everybody is allowed to write"), state.stderr);
  await machine.run(["install", "-d", ".config/systemd/user"], as);
  await machine.run(["chown", "root", `${home}/.config/systemd/user`]);
  const closed = await service("install");
  assertEquals(closed.code, exitCodeOf("refused"), closed.stderr);
  await machine.run(["chown", name, `${home}/.config/systemd/user`]);
  const installed = await service("install");
  assertEquals(installed.code, 0, installed.stderr);
  assert(installed.stderr.includes("loginctl enable-linger lab"), installed.stderr);
  const file = `${home}/.config/systemd/user/cnapt.service`;
  assert(installed.stdout.startsWith(`wrote ${file}\n`), installed.stdout);
  assertEquals((await service("status")).code, NOT_RUNNING);

  const started = await service("start");
  assertEquals([started.code, started.stdout], [0, "cnapt is started.\n"], started.stderr);
  const running = await shown(machine, "cnapt", true);
  assertEquals([running.get("ActiveState"), running.get("Type")], ["active", "notify"]);
  assertEquals(running.get("UnitFileState"), "enabled");
  const status = await service("status");
  assertEquals(status.code, 0, status.stderr);
  assert(status.stdout.includes("Active: active (running)"), status.stdout);

  const log = machine.start([
    "journalctl",
    "--follow",
    "--no-tail",
    `_PID=${running.get("MainPID")}`,
  ]);
  await machine.run(["systemctl", "--user", "reload", "cnapt"], as);
  await log.waitFor(/ reloaded /, limit());
  const logs = await service("logs");
  assertEquals(logs.code, 0, logs.stderr);
  assert(/ started /.test(logs.stdout), logs.stdout);

  assertEquals((await service("stop")).stdout, "cnapt is stopped.\n");
  assertEquals((await service("uninstall")).stdout, `Removed ${file}.\n`);
  assertEquals((await shown(machine, "cnapt", true)).get("LoadState"), "not-found");
});

Deno.test("systemd keeps snapt by the unit of the package", { ignore }, async () => {
  await using machine = await SystemdMachine.boot(FILES);
  const owner = MACHINE_SERVICE_USER;
  const files = ["--config", "/etc/snapt/snapt.yaml", "--state", "/var/lib/snapt"];
  const unit = "/run/systemd/system/snapt.service";
  const service = (...words: readonly string[]) =>
    machine.run(["snapt", "service", ...words, "--json"], { mayFail: true });
  const found = async () => JSON.parse((await service("status")).stdout);
  await machine.run(["mkdir", "-p", `${unit}.d`]);
  await write(machine, unit, "root", packagedUnit());
  // The programs of this machine are not for its tests to change.
  const there = `[Service]\nExecStart=\nExecStart=/opt/bin/snapt run ${files.join(" ")}\n`;
  await write(machine, `${unit}.d/there.conf`, "root", there);
  await machine.run(["systemctl", "daemon-reload"]);

  const early = await service("start"); // without a configuration systemd does nothing, silently
  assertEquals(early.code, exitCodeOf("failed"));
  assert(early.stderr.includes("Cannot start the service: it is inactive (dead)"), early.stderr);
  const folders = ["/etc/snapt", "/var/lib/snapt"];
  await machine.run(["install", "-d", "-o", owner, "-g", owner, "-m", "0700", ...folders]);
  await write(machine, "/etc/snapt/snapt.yaml", owner, SNAPT_YAML.replace("780", "7787"));
  await machine.run(["runuser", "-u", owner, "--", "snapt", "init", ...files]);
  const started = await service("start");
  assertEquals(started.code, 0, started.stderr);
  const { running, file, verdict } = await found();
  assertEquals([running, file, verdict], [true, unit, "Site home: 0 connected"]);
  const kept = await service("uninstall");
  assertEquals([kept.code, JSON.parse(kept.stdout).outcome], [0, "absent"]);
});
