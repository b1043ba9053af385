import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { runCommand } from "./kit/finished_command.ts";
import type { Host } from "./kit/host.ts";
import { Lab } from "./kit/lab.ts";
import { LabFailure } from "./kit/lab_failure.ts";
import { findLabAbility, isLabMissing } from "./kit/lab_mode.ts";
import { LabProcess } from "./kit/lab_process.ts";
import type { ProbeResult } from "./kit/tcp_probe.ts";

const ignore = await isLabMissing();
const ECHO_PORT = 7;
const LIMIT_MS = 10_000;
/** A connection that cannot work is given up after this. */
const HOPELESS_MS = 400;

/** Starts Deno with a program of the kit, as the ordinary user. */
function denoArgs(lab: Lab, program: string, flags: readonly string[]): readonly string[] {
  const path = `${lab.places.project}/tests/lab/kit/${program}`;
  return [lab.places.deno, "run", "-q", "--no-lock", "--no-config", ...flags, path];
}

async function startEcho(lab: Lab, host: Host): Promise<void> {
  const server = host.start([...denoArgs(lab, "echo_server.ts", ["--allow-net"]), `${ECHO_PORT}`], {
    user: "admin",
  });
  await server.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
}

async function probe(lab: Lab, ...flags: string[]): Promise<ProbeResult> {
  const program = denoArgs(lab, "tcp_probe.ts", ["--allow-ffi"]);
  const { stdout } = await lab.laptop.run([
    ...program,
    lab.serverAddress,
    String(ECHO_PORT),
    ...flags,
  ]);
  return JSON.parse(stdout);
}

/** How many packets a provider has dropped because their source address is not its customer's. */
async function foreignPackets(provider: Host): Promise<number> {
  const { stdout } = await provider.run(["cat", "/proc/net/netstat"]);
  const [names = "", values = ""] = stdout.split("\n").filter((line) => line.startsWith("TcpExt"));
  return Number(values.split(" ")[names.split(" ").indexOf("IPReversePathFilter")]);
}

const hopeless = ["--limit", String(HOPELESS_MS)];

/** Shell that ends when the process does; what its parent has not taken notice of has ended. */
function whileRunning(pid: string): string {
  return `while grep -qs '^State:\t[^Z]' /proc/${pid}/status; do sleep 0.02; done`;
}

Deno.test("every mode gives a lab that carries TCP and leaves nothing behind", {
  ignore,
}, async () => {
  const ability = await findLabAbility();
  assert(ability.kind === "possible");
  for (const mode of ability.modes) {
    let pid = 0;
    {
      await using lab = await Lab.create({ mode });
      await startEcho(lab, lab.server);
      assertEquals((await probe(lab)).kind, "echoed", mode);
      pid = lab.server.start(["sleep", "1000"]).pid;
    }
    const { code } = await runCommand(["sh", "-c", `kill -0 ${pid}`], { mayFail: true });
    assert(code !== 0, `${pid} is still there`);
  }
});

Deno.test("a host has users of its own, with nothing mounted over the machine's files", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const { stdout } = await lab.server.run(["cat", "/proc/self/mountinfo", "/etc/passwd"]);
  assert(/^lab:x:7787:/m.test(stdout), stdout);
  assert(!/ \/etc\/(passwd|group) /.test(stdout), stdout);
  const names = await lab.server.run(["ls", "/etc/hosts", "/etc/group", "/etc/ssl"]);
  assert(names.stdout.includes("/etc/hosts"), names.stdout);
});

Deno.test("the administrator of a host can write none of the machine's files in /etc", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const own = await lab.laptop.run(["stat", "-c", "%F", "/etc/hosts", "/etc/resolv.conf"]);
  assertEquals(own.stdout, "regular file\n".repeat(2)); // links would lead to the machine's
  const touch = ["touch", "/etc/ssl"];
  const { code } = await lab.laptop.run(touch, { user: "admin", mayFail: true });
  assert(code !== 0);
});

Deno.test("a lab whose process was killed leaves nothing to the next one", {
  ignore,
}, async () => {
  const program = fileURLToPath(new URL("./kit/idle_lab.ts", import.meta.url));
  const owner = new LabProcess("owner of a lab", [Deno.execPath(), "run", "-A", program]);
  try {
    const [, directory = "", pid = ""] = await owner.waitFor(
      /^(\S+) (\d+)$/m,
      AbortSignal.timeout(LIMIT_MS),
    );
    owner.signal("SIGKILL");
    await owner.ended;
    await using _next = await Lab.create();
    await assertRejects(() => Deno.stat(directory), Deno.errors.NotFound);
    await using gone = new LabProcess(`end of ${pid}`, ["sh", "-c", whileRunning(pid)]);
    await gone.finish(AbortSignal.timeout(LIMIT_MS));
  } finally {
    await owner.stop();
  }
});

Deno.test("a wire delays by what it was told, in both directions", { ignore }, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 40 } } });
  await startEcho(lab, lab.server);
  const echoMs: Record<string, number> = {};
  for (const [device, roundTripMs] of [["eth0", 20], ["wlan0", 80]] as const) {
    const result = await probe(lab, "--device", device);
    assert(result.kind === "echoed", JSON.stringify(result));
    assert(result.echoMs >= roundTripMs, `${device}: ${result.echoMs} ms`);
    echoMs[device] = result.echoMs;
  }
  // How much a busy machine adds is not asked; it adds as much to both.
  assert((echoMs.eth0 ?? 0) < (echoMs.wlan0 ?? 0), JSON.stringify(echoMs));
});

Deno.test("a device takes the packets of an ordinary user's socket, a source address does not", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  await startEcho(lab, lab.server);

  const bound = await probe(lab, "--device", "wlan0");
  assertEquals(bound.kind, "echoed");
  assertEquals((await lab.wire("a").count())["a->b"].ipPackets, 0);
  assert((await lab.wire("b").count())["a->b"].ipPackets >= 4);

  // Also makes the laptop know its provider's hardware address, which it could not ask for with
  // the wrong source address.
  assertEquals((await probe(lab, "--device", "eth0")).kind, "echoed");
  assertEquals(await foreignPackets(lab.hosts.providers.eth0), 0);
  // The default route decides, and the provider drops what is not from its customer.
  const source = await probe(lab, "--source", lab.laptop.address("wlan0"), ...hopeless);
  assertEquals(source.kind, "failed");
  assert(await foreignPackets(lab.hosts.providers.eth0) >= 1);
});

Deno.test("a silent wire carries nothing while its interface stays up", { ignore }, async () => {
  await using lab = await Lab.create();
  await startEcho(lab, lab.server);
  await lab.wire("a").silence();
  assertEquals((await probe(lab, "--device", "eth0", ...hopeless)).kind, "failed");
  const { stdout } = await lab.laptop.run(["cat", "/sys/class/net/eth0/carrier"]);
  assertEquals(stdout, "1\n");
  assertEquals((await probe(lab, "--device", "wlan0")).kind, "echoed");
  await lab.wire("a").restore();
  assertEquals((await probe(lab, "--device", "eth0")).kind, "echoed");
});

Deno.test("an unplugged interface has no carrier and no address until it is plugged in", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  await startEcho(lab, lab.server);
  for (const how of ["carrier", "down"] as const) {
    await lab.laptop.unplug("eth0", { how });
    const shown = await lab.laptop.run(["ip", "-br", "addr", "show", "dev", "eth0"]);
    assert(/^eth0\s+DOWN\s*$/.test(shown.stdout), shown.stdout);
    assertEquals((await probe(lab)).kind, "echoed", "over wlan0 instead");
    assertEquals((await probe(lab, "--device", "eth0", ...hopeless)).kind, "failed");
    await lab.laptop.plug("eth0");
    assertEquals((await probe(lab, "--device", "eth0")).kind, "echoed");
  }
});

Deno.test("an interface that gets another address works with that one", { ignore }, async () => {
  await using lab = await Lab.create();
  await startEcho(lab, lab.server);
  const before = lab.laptop.address("eth0");
  const after = await lab.laptop.newAddress("eth0");
  assert(before !== after);
  assertEquals((await probe(lab, "--source", after)).kind, "echoed");
  const failed = await probe(lab, "--source", before, ...hopeless);
  assert(failed.kind === "failed" && failed.step === "bind", JSON.stringify(failed));
});

Deno.test("a wire that loses everything counts what it lost", { ignore }, async () => {
  await using lab = await Lab.create({ wires: { a: { loss: 1 } } });
  await startEcho(lab, lab.server);
  assertEquals((await probe(lab, "--device", "eth0", ...hopeless)).kind, "failed");
  const counts = (await lab.wire("a").count())["a->b"];
  assert(counts.lost >= 1, JSON.stringify(counts));
  assertEquals(counts.delivered, 0);
});

Deno.test("a program that ends early makes whoever waits for it fail with its output", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const process = lab.laptop.start(["sh", "-c", "echo too bad; exit 3"]);
  const waiting = process.waitFor(/never/, AbortSignal.timeout(LIMIT_MS));
  await assertRejects(() => waiting, LabFailure, "too bad");
});
