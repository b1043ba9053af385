/** A server on which nothing is installed, set up by `cnapt join ssh://…` with the true ssh and sshd. */
import { assert, assertEquals } from "../assert.ts";
import { compiledProductPath } from "../compiled_product.ts";
import { LAB_USER } from "./kit/host.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { productCommand } from "./kit/product.ts";
import { MACHINE_USER } from "./kit/systemd_boot.ts";
import { SystemdMachine, whyNoSystemd } from "./kit/systemd_machine.ts";
import { OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer } from "./programs/open_ssh.ts";

const ignore = await isLabMissing(OPEN_SSH_PROGRAMS);
const LIMIT_MS = 60_000;
/** A bare server without a service manager of this user's. */
const NO_MANAGER = "in the background: nothing there keeps services of lab";

Deno.test(
  "an ordinary user has SNAPT on a bare server with one line, and takes it back with another",
  {
    ignore,
  },
  async () => {
    await using lab = await Lab.create();
    const { laptop, server } = lab;
    await startSshServer(server, laptop);
    const program = `${laptop.home}/snapt`;
    const words = productCommand(lab.places, "snapt").join(" ");
    await laptop.run(["tee", program], { input: `#!/bin/sh\nexec ${words} "$@"\n` });
    await laptop.run(["chmod", "755", program]);
    const configFile = `${laptop.home}/cnapt.yaml`;
    const cnapt = (...args: readonly string[]) =>
      laptop.run([...productCommand(lab.places, "cnapt"), ...args, "--config", configFile], {
        mayFail: true,
      });
    const key = ["--ssh-option", `IdentityFile=${laptop.home}/client_key`];
    const destination = `ssh://${LAB_USER}@${lab.serverAddress}:${SSH_PORT}`;
    const join = (...more: readonly string[]) =>
      cnapt("join", destination, "--yes", "--program", program, "--site", "home", ...key, ...more);

    const unknown = await join(); // nobody can be asked about its key
    assertEquals([unknown.code, unknown.stdout], [1, ""]);
    assert(unknown.stderr.includes("Host key verification failed"), unknown.stderr);
    assert(unknown.stderr.includes("ssh has ended with status 255"), unknown.stderr);

    const joined = await join("--ssh-option", "StrictHostKeyChecking=accept-new");
    assertEquals(joined.code, 0, joined.stderr);
    for (const part of [NO_MANAGER, `TCP port 7787, service ssh to 127.0.0.1:${SSH_PORT}`]) {
      assert(joined.stdout.includes(part), joined.stdout);
    }
    const again = await join();
    assertEquals([again.code, again.stderr], [0, ""]);
    assert(again.stdout.includes("already") && !again.stdout.includes("this will"), again.stdout);

    const running = laptop.start([
      ...productCommand(lab.places, "cnapt"),
      ...["run", "--config", configFile],
    ]);
    await running.waitFor(/ connected /, AbortSignal.timeout(LIMIT_MS));
    const enter = [
      ...productCommand(lab.places, "cnapt"),
      ...["stdio", "ssh", "--config", configFile],
    ];
    const ways = ["-F", "none", "-i", `${laptop.home}/client_key`, "-o"];
    const proxy = [`ProxyCommand=${enter.join(" ")}`, "-o", "StrictHostKeyChecking=accept-new"];
    const said = await laptop.run(["ssh", ...ways, ...proxy, `${LAB_USER}@home`, "echo $HOME"]);
    assertEquals(said.stdout, `${server.home}\n`);
    await running.stop();

    const left = await cnapt("leave", "home", "--yes", ...key);
    assertEquals([left.code, left.stderr], [0, ""]);
    const rest = await server.run(["sh", "-c", "cd; ls .local/bin; ls .config/snapt; ss -Hltn"]);
    assert(!/snapt$|pid|set-up|:7787/m.test(rest.stdout.replace("snapt.yaml", "")), rest.stdout);
  },
);

const programs = { cnapt: compiledProductPath("cnapt"), snapt: compiledProductPath("snapt") };
const whyNot = programs.cnapt === null || programs.snapt === null
  ? "dist/ has no programs as new as the sources: `task compile --host`"
  : await whyNoSystemd();
if (whyNot !== null) console.error(`\n*** SKIPPED join over ssh under systemd: ${whyNot} ***\n`);

/** Leads to the user's own account on the same machine, as sshd without PAM does. */
const SSH = `#!/bin/sh
for one; do
  case $one in -G) echo hostname 127.0.0.1; exit 0 ;; -O) exit 0 ;; esac
  last=$one
done
exec env -i HOME="$HOME" PATH=/usr/bin:/bin sh -c "$last"
`;

Deno.test("under systemd SNAPT becomes a service of the user's, and leave takes it away", {
  ignore: whyNot !== null,
}, async () => {
  const files = { "opt/bin/cnapt": programs.cnapt ?? "", "opt/bin/snapt": programs.snapt ?? "" };
  await using machine = await SystemdMachine.boot(files);
  const { home, id } = MACHINE_USER;
  const asUser = { user: true, mayFail: true } as const;
  await machine.run(["systemctl", "start", `user@${id}.service`]);
  await machine.run(["tee", `${home}/ssh`], { user: true, input: SSH });
  await machine.run(["chmod", "755", `${home}/ssh`], { user: true });
  const cnapt = (...args: readonly string[]) =>
    machine.run(["env", `CNAPT_SSH=${home}/ssh`, "cnapt", ...args], asUser);
  const snapt = async () =>
    (await machine.run(["systemctl", "--user", "is-active", "snapt"], asUser)).stdout.trim();

  const joined = await cnapt("join", "ssh://127.0.0.1", "--yes", "--site", "home");
  assertEquals(joined.code, 0, joined.stderr);
  for (const part of ["put /opt/bin/snapt there", "let systemd start it as a service"]) {
    assert(joined.stdout.includes(part), joined.stdout);
  }
  assertEquals(await snapt(), "active");
  await machine.run(["systemctl", "--user", "stop", "snapt"], asUser);
  const started = await cnapt("join", "ssh://127.0.0.1", "--yes");
  assertEquals([started.code, await snapt()], [0, "active"], started.stderr);

  const left = await cnapt("leave", "home", "--yes");
  assertEquals(left.code, 0, left.stderr);
  assertEquals(await snapt(), "inactive");
  const gone = await machine.run(["ls", ".local/bin", ".config/systemd/user"], asUser);
  assert(!/snapt/.test(gone.stdout), gone.stdout);
});
