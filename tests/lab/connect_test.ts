/** Networks that commands connect, that a person confirms, and services that are not allowed everywhere. */
import { fileURLToPath } from "node:url";
import { exitCodeOf } from "../../lib/app/program/exit_code.ts";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { Laptop } from "./kit/laptop.ts";
import { Pair } from "./kit/pair.ts";
import { isConnected } from "./kit/pair_status.ts";
import { Modem } from "./scenarios/modem.ts";
import { WordClient } from "./scenarios/word_client.ts";

const ignore = await isLabMissing(["bash", "script"]);
const ECHO_PORT = 7_000;
const BACKUP_PORT = 7_001;
const LIMIT_MS = 60_000;
const QUICK = "decision: { check: 200ms, search: 1s, stable: 3s, sensitivity: fast }\n";

interface Running {
  readonly lab: Lab;
  readonly pair: Pair;
  readonly modem: Modem;
  readonly signal: AbortSignal;
}

/** A cable at eth0, a modem at wlan0 that is off, and a pair that knows some settings of it. */
async function withModem(
  settingsOf: (command: string) => { readonly modem: string },
  test: (running: Running) => Promise<void>,
): Promise<void> {
  await withProviders((laptop) => {
    const { modem } = settingsOf(Modem.command(laptop));
    return `  - { interface: eth0 }\n  - { interface: wlan0, ${modem} }\n`;
  }, test);
}

async function withProviders(
  providersOf: (laptop: Laptop) => string,
  test: (running: Running) => Promise<void>,
): Promise<void> {
  await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
  const { laptop, server } = lab;
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (const port of [ECHO_PORT, BACKUP_PORT]) {
    const script = fileURLToPath(new URL("./kit/echo_server.ts", import.meta.url));
    const echo = server.start([
      Deno.execPath(),
      "run",
      "-q",
      "--no-config",
      "-A",
      script,
      `${port}`,
    ]);
    await echo.waitFor(/ready/, signal);
  }
  await using modem = await Modem.off(laptop, "wlan0");
  const pair = await Pair.start(lab, {
    services: { echo: ECHO_PORT, backup: BACKUP_PORT },
    cnaptYaml: `${QUICK}providers:\n${providersOf(laptop)}`,
  });
  await pair.waitUntil(isConnected);
  await test({ lab, pair, modem, signal });
}

/** Waits until the commands have asked for so much. */
async function asked({ pair, modem, signal }: Running, count: number): Promise<void> {
  while (modem.asked.length < count) {
    signal.throwIfAborted();
    await pair.status();
  }
}

Deno.test("a lost network is replaced by one that a command connects, and that is closed again", {
  ignore,
}, async () => {
  await withModem((command) => ({ modem: `up: ${command}, down: ${command}` }), async (running) => {
    const { lab, pair, modem } = running;
    const client = new WordClient(running, "echo");
    await client.chat();
    await lab.laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
    await client.chat();
    assertEquals(modem.asked, ["up wlan0 wlan0 eth0 wlan0"]);
    await lab.laptop.plug("eth0");
    await pair.waitUntilOn("eth0");
    await client.chat();
    await asked(running, 2);
    assertEquals(modem.asked[1], "down wlan0 wlan0 wlan0 eth0");
  });
});

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`a ${shape} switch connects the network that was asked for`, { ignore }, async () => {
    await withModem(
      (command) => ({ modem: `up: ${command}, down: ${command}` }),
      async (running) => {
        const { pair, modem } = running;
        const client = new WordClient(running, "echo");
        await client.chat();
        const receipt = await pair.switchTo("wlan0", { strict: shape === "strict" });
        assertEquals([receipt.kind, receipt.to], [shape, "wlan0"]);
        await client.chat();
        assertEquals((await pair.switchTo("eth0", { strict: shape === "strict" })).to, "eth0");
        await client.chat();
        await asked(running, 2);
        assertEquals(modem.asked, ["up wlan0 wlan0 eth0 wlan0", "down wlan0 wlan0 wlan0 eth0"]);
      },
    );
  });
}

Deno.test("a strict switch closes and connects networks and VPNs in the order of the patent", {
  ignore,
}, async () => {
  const both = (laptop: Laptop) => {
    const [command, vpn] = [Modem.command(laptop), Modem.command(laptop, "vpn-")];
    return `up: ${command}, down: ${command}, vpn: { up: ${vpn}, down: ${vpn} }`;
  };
  await withProviders(
    (laptop) =>
      `  - { interface: eth0, ${both(laptop)} }\n  - { interface: wlan0, ${both(laptop)} }\n`,
    async (running) => {
      const { pair, modem } = running;
      // CNAPT started without a network to use: the VPN over the cable was not connected.
      await asked(running, 1);
      assertEquals(modem.asked, ["vpn-up eth0 eth0  eth0"]);
      const client = new WordClient(running, "echo");
      await client.chat();
      assertEquals((await pair.switchTo("wlan0", { strict: true })).kind, "strict");
      await client.chat();
      assertEquals(modem.asked.slice(1), [
        "vpn-down eth0 eth0 eth0 wlan0",
        "down eth0 eth0 eth0 wlan0",
        "up wlan0 wlan0 eth0 wlan0",
        "vpn-up wlan0 wlan0 eth0 wlan0",
      ]);
    },
  );
});

Deno.test("two networks of one adapter are switched between, and back when one fails", {
  ignore,
}, async () => {
  await withProviders((laptop) => {
    const command = Modem.command(laptop);
    return `  - { name: home, interface: wlan0, up: ${command}, down: ${command} }\n` +
      `  - { name: phone, interface: wlan0, up: ${command}, down: ${command} }\n` +
      `  - { name: hotel, interface: wlan0, up: 'exit 3' }\n`;
  }, async (running) => {
    const { pair, modem } = running;
    assertEquals((await pair.status()).provider, "home");
    const client = new WordClient(running, "echo");
    await client.chat();
    const { stdout } = await pair.run("cnapt", ["switch", "phone"], { limitMs: LIMIT_MS });
    assert(stdout.startsWith("strict switch home -> phone (asked for): "), stdout);
    await client.chat();
    const failed = await pair.run("cnapt", ["switch", "hotel"], {
      limitMs: LIMIT_MS,
      mayFail: true,
    });
    assertEquals(failed.code, exitCodeOf("noNetwork"));
    assert(failed.stderr.includes("its up command ended with status 3"), failed.stderr);
    await client.chat();
    assertEquals((await pair.status()).provider, "phone");
    assertEquals(modem.asked.map((line) => line.split(" ").slice(0, 2).join(" ")), [
      "up home",
      "down home",
      "up phone",
      "down phone",
      "up phone",
    ]);
  });
});

Deno.test("a command that hangs is ended with what it started, and the old network stays", {
  ignore,
}, async () => {
  const hanging = "'echo dialling >&2; sleep 98765 & sleep 98765'";
  await withModem(() => ({ modem: `up: ${hanging}, timeouts: { up: 500ms }` }), async (running) => {
    const { lab, pair } = running;
    const client = new WordClient(running, "echo");
    await client.chat();
    const failed = await pair.run("cnapt", ["switch", "wlan0"], { mayFail: true });
    assertEquals(failed.code, exitCodeOf("noNetwork"));
    const why = "its up command has not ended within 500 ms; it said: dialling";
    assert(failed.stdout.includes(why) && failed.stderr.includes(why), failed.stderr);
    await client.chat();
    const { stdout } = await pair.run("cnapt", ["why"]);
    assert(stdout.includes(`${why} (tried again in`), stdout);
    const left = await lab.laptop.run(["pgrep", "-f", "[s]leep 98765"], { mayFail: true });
    assertEquals(left.stdout, "");
    assert(pair.cnapt.output.includes("provider-not-connected"), pair.cnapt.output);
  });
});

Deno.test(
  "a command that fails leaves a strict switch on the old network",
  { ignore },
  async () => {
    await withModem(() => ({ modem: `up: 'echo no carrier >&2; exit 4'` }), async (running) => {
      const { pair } = running;
      const client = new WordClient(running, "echo");
      await client.chat();
      const failed = await pair.run("cnapt", ["switch", "wlan0", "--strict"], { mayFail: true });
      assertEquals(failed.code, exitCodeOf("noNetwork"));
      assert(failed.stderr.includes("its up command ended with status 4; it said: no carrier"));
      await pair.waitUntilOn("eth0");
      await client.chat();
    });
  },
);

Deno.test("a network that wants a person is used after cnapt confirm", { ignore }, async () => {
  await withModem(
    (command) => ({ modem: `up: ${command}, confirm: true` }),
    async (running) => {
      const { lab, pair, modem } = running;
      const client = new WordClient(running, "echo");
      await client.chat();
      await lab.laptop.unplug("eth0");
      await pair.cnapt.waitFor(/confirmation-wanted provider=wlan0/, running.signal);
      const { stdout } = await pair.run("cnapt", ["status"]);
      assert(/use wlan0 instead of eth0\? .*\n.*cnapt confirm wlan0/.test(stdout), stdout);
      assertEquals(modem.asked, []);
      await client.say();
      assertEquals((await pair.run("cnapt", ["confirm"])).stdout, "CNAPT is on wlan0 now.\n");
      await client.hear();
      assertEquals(modem.asked.length, 1);
    },
  );
});

Deno.test(
  "a network that wants a person is used after a yes on the terminal",
  { ignore },
  async () => {
    await withModem(
      (command) => ({ modem: `up: ${command}, confirm: true` }),
      async ({ lab, pair, modem, signal }) => {
        await pair.cnapt.stop();
        const run = pair.command("cnapt", "run").join(" ");
        const cnapt = lab.laptop.start(["script", "-qfec", run, "/dev/null"]);
        await cnapt.waitFor(/home is connected over eth0/, signal);
        await lab.laptop.unplug("eth0");
        await cnapt.waitFor(/Use wlan0 instead of eth0\? .* \[y\/n, 60 s\]/, signal);
        assertEquals(modem.asked, []);
        await cnapt.write("y\n");
        await cnapt.waitFor(/home moved from eth0 to wlan0/, signal);
        assertEquals(modem.asked.length, 1);
      },
    );
  },
);

Deno.test("a service that is not allowed over a network waits there, and loses nothing", {
  ignore,
}, async () => {
  await withModem(
    (command) => ({ modem: `up: ${command}, withoutServices: [backup]` }),
    async (running) => {
      const { lab, pair } = running;
      const client = new WordClient(running, "echo");
      const backup = new WordClient(running, "backup");
      await client.chat();
      await backup.chat();
      await lab.laptop.unplug("eth0");
      await pair.waitUntilOn("wlan0");
      await backup.say();
      await client.chat();
      await client.chat();
      assert(!backup.heard.includes("word 2"), backup.heard);
      const { stdout } = await pair.run("cnapt", ["status"]);
      assert(stdout.includes("1 connection waits: backup is not allowed over wlan0"), stdout);
      await lab.laptop.plug("eth0");
      await pair.waitUntilOn("eth0");
      await backup.hear();
      await backup.chat();
    },
  );
});
