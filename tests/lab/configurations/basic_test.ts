/** "Basic" of docs/configurations.md: a laptop and a server, and an ssh session. */
import { assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import { OPEN_SSH_PROGRAMS, startSshServer, startSshShell } from "../programs/open_ssh.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const LIMIT_MS = 60_000;
const CHECK_LIMIT_MS = 20_000;

Deno.test("Basic: an ssh session goes on when the laptop changes networks", {
  ignore: await isLabMissing(OPEN_SSH_PROGRAMS),
}, async () => {
  const page = await ConfigurationPage.read("Basic");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
  const { laptop, server } = lab;
  await server.configure("sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
  await startSshServer(server, laptop, 22);
  const snapt = await LabSnapt.start(lab, server, page.file("snapt.yaml, on the server"));
  const ticket = await snapt.invite(lab.serverAddress);
  const cnapt = await LabCnapt.start(
    lab,
    laptop,
    page.file("cnapt.yaml, on the laptop", { TICKET: ticket }),
  );
  const target = await cnapt.target("ssh");
  assertEquals(target, { host: "127.0.0.1", port: 2222 });
  const shell = startSshShell(laptop, target);
  let typed = 0;
  const type = async () => {
    typed += 1;
    await shell.write(`echo answer $((${typed} * 7))\n`);
    await shell.waitFor(new RegExp(`answer ${typed * 7}\\b`), signal);
  };
  await type();
  assertEquals((await cnapt.switchTo("wlan0")).receipts.map((one) => one.kind), ["overlapped"]);
  await type();
  await laptop.unplug("wlan0");
  await cnapt.waitUntil(
    ({ state, provider }) => state === "connected" && provider === "eth0",
    CHECK_LIMIT_MS,
  );
  await type();
  await shell.write("exit\n");
  await shell.finish(signal);
});
