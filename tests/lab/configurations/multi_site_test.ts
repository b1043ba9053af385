/** "Multi-Site" of docs/configurations.md: two SNAPTs, an ssh session at one, pgbench at the other. */
import { assert, assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import { OPEN_SSH_PROGRAMS, startSshServer, startSshShell } from "../programs/open_ssh.ts";
import {
  checkTransfers,
  POSTGRES_PROGRAMS,
  startPgbench,
  startPostgres,
} from "../programs/postgres.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { addInternetServer } from "./internet_server.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const ignore = await isLabMissing([...OPEN_SSH_PROGRAMS, ...POSTGRES_PROGRAMS]);
const LIMIT_MS = 60_000;
/** `timeouts.sites` unless it is set: a switch that waited for the dead site would stand that long. */
const SITES_TIMEOUT_MS = 5_000;

Deno.test("Multi-Site: two sites switch together, and a dead one does not hold up the other", {
  ignore,
}, async () => {
  const page = await ConfigurationPage.read("Multi-Site");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
  const { laptop, server } = lab;
  const { host: office, address: officeAddress } = await addInternetServer(lab, "office", 1);
  await server.configure("sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
  await Promise.all([startSshServer(server, laptop, 22), startPostgres(office)]);
  const [snaptHome, snaptOffice] = await Promise.all([
    LabSnapt.start(lab, server, page.file("snapt.yaml, at home")),
    LabSnapt.start(lab, office, page.file("snapt.yaml, in the office")),
  ]);
  const cnapt = await LabCnapt.start(
    lab,
    laptop,
    page.file("cnapt.yaml, on the laptop", {
      "TICKET-OF-HOME": await snaptHome.invite(lab.serverAddress),
      "TICKET-OF-OFFICE": await snaptOffice.invite(officeAddress),
    }),
  );
  const shell = startSshShell(laptop, await cnapt.target("ssh"));
  let typed = 0;
  const type = async () => {
    typed += 1;
    await shell.write(`echo answer $((${typed} * 7))\n`);
    await shell.waitFor(new RegExp(`answer ${typed * 7}\\b`), signal);
  };
  await type();
  const pgbench = await startPgbench(laptop, await cnapt.target("db"), 2, 4);

  // Both together, strictly and overlapped: one receipt for each, and a summary.
  for (const [to, strict] of [["wlan0", true], ["eth0", false]] as const) {
    const { receipts, summary } = await cnapt.switchTo(to, { strict });
    assertEquals(receipts.map((one) => [one.site, one.to, one.outcome]), [
      ["home", to, "switched"],
      ["office", to, "switched"],
    ]);
    assertEquals([summary?.outcome, summary?.kind], [
      "switched",
      strict ? "strict" : "overlapped",
    ]);
    await type();
  }
  await pgbench.finish(signal);
  assert(await checkTransfers(office) > 0);

  // The office's power goes in the moment of a strict switch: nothing says so, packets vanish.
  await lab.hosts.internet.configure(`ip route replace blackhole ${officeAddress}/32`);
  await snaptOffice.kill();
  const { receipts, summary } = await cnapt.switchTo("wlan0", { strict: true, mayFail: true });
  assertEquals(
    receipts.map((one) => [one.site, one.to, one.outcome]),
    [["home", "wlan0", "switched"]],
    cnapt.process.output,
  );
  assertEquals(summary?.outcome, "partly");
  assertEquals(summary?.sites.map((one) => one.outcome), ["switched", "late"]);
  // Noticed by the heartbeat, or left behind after `timeouts.sites`, and reported as long after.
  await type();

  // Known to be dead by now, it is not waited for at all.
  const next = await cnapt.switchTo("eth0", { strict: true, mayFail: true });
  assertEquals(next.summary?.sites.map((one) => one.outcome), ["switched", "late"]);
  const [again] = next.receipts;
  assert(again !== undefined && again.stallMs < SITES_TIMEOUT_MS, `${again?.stallMs} ms`);
  await type();

  // The office comes back; its site connects again by itself.
  await lab.hosts.internet.configure(
    `ip route del blackhole ${officeAddress}/32\nip route replace ${officeAddress}/32 dev office`,
  );
  await snaptOffice.start();
  await cnapt.waitUntil((now) => now.sites["office"]?.state === "connected", 30_000);
  await shell.write("exit\n");
  await shell.finish(signal);
});
