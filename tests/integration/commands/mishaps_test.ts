/** Everything that can be wrong around the programs: the message says what, where, what to do. */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { cnaptContext } from "../../unit/status/kit/cnapt_context.ts";
import { cnaptStatusApp } from "../../../lib/status/cnapt_status.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { cnaptSnapshot, siteSnapshot } from "../../unit/status/kit/site_snapshot.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { failsWith } from "../kit/fails_with.ts";
import { run, Running } from "../kit/program.ts";

const INVITE = ["invite", "a", "--offline", "--address", "h:1"];
const SERVICES = 'services: { ssh: { to: "127.0.0.1:22" } }\n';
/** An address that is in no machine: it is kept for documents. */
const NOWHERE = "192.0.2.77";

function ticketWith(keyByte: number): string {
  const address = { host: "127.0.0.1", port: 1 };
  return encodeTicket({
    ...{ name: "laptop", site: "home", address },
    id: new Uint8Array(16).fill(1),
    key: new Uint8Array(32).fill(keyByte),
    certificate: null,
  });
}

/** A folder with an identity and this snapt.yaml. */
async function inSnapt(yaml: string, test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/snapt.yaml`, yaml);
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await test(folder);
  });
}

/** A folder with a cnapt.yaml of one site. */
const TOKEN = "5e".repeat(32);

async function inCnapt(settings: string, test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const yaml = `${settings}sites: { home: { ticket: ${ticketWith(2)}, services: {} } }\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, yaml, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/cnapt.token`, `${TOKEN}\n`, { mode: 0o600 });
    await test(folder);
  });
}

const expectFailure = failsWith("failed");
const expectMisconfigured = failsWith("configuration");
const expectNotRunning = failsWith("notRunning");
const expectRefusal = failsWith("refused");

/** A port of this machine that is taken, and its address. */
function takenPort(): Deno.TcpListener & { readonly address: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Object.assign(listener, { address: `127.0.0.1:${listener.addr.port}` });
}

Deno.test("a program without a configuration says what writes one", () =>
  inFolder(async (folder) => {
    await expectMisconfigured("snapt", folder, [], ["snapt.yaml", "no such file", "`snapt init`"]);
    await expectMisconfigured("cnapt", folder, ["--config", "x/y.yaml"], [
      "x/y.yaml",
      "`cnapt join",
    ]);
  }));

Deno.test("a configuration that cannot be read is an error that names it", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/snapt.yaml`);
    await expectMisconfigured("snapt", folder, ["check"], ["Cannot read snapt.yaml:"]);
    await Deno.writeFile(`${folder}/latin1.yaml`, Uint8Array.of(35, 0xfc, 10));
    await expectMisconfigured("snapt", folder, ["check", "--config", "latin1.yaml"], [
      "latin1.yaml:1: ",
      "UTF-8",
    ]);
  }));

Deno.test("a wrong configuration is refused before anything is done, with every mistake", () =>
  inSnapt(SERVICES, async (folder) => {
    await Deno.writeTextFile(`${folder}/snapt.yaml`, `lisen: x\n${SERVICES}log: loud\n`);
    for (const args of [[], ["check"], ["invite", "laptop"], ["status"]]) {
      await expectMisconfigured("snapt", folder, args, [
        "snapt.yaml:1: lisen: ",
        "did you mean listen?",
        "snapt.yaml:3: log: ",
      ]);
    }
  }));

Deno.test("snapt without its identity says what makes one", () =>
  inSnapt(SERVICES, async (folder) => {
    await Deno.remove(`${folder}/snapt.identity.json`);
    const parts = ["snapt.identity.json", "no such file", "`snapt init`"];
    for (const args of [[], ["check"], ["invite", "a", "--address", "h:1"], ["status"]]) {
      await expectMisconfigured("snapt", folder, args, parts);
    }
  }));

Deno.test("snapt does not start on a damaged list of clients, and names it", () =>
  inSnapt(`listen: 127.0.0.1:0\nstatus: off\n${SERVICES}`, async (folder) => {
    await Deno.writeTextFile(`${folder}/snapt.clients.json`, '{"clients": [{"keyHex": "5e5e');
    for (const args of [[], ["check"], ["list"], ["revoke", "laptop"]]) {
      const { err } = await expectFailure("snapt", folder, args, [
        "snapt.clients.json",
        "not JSON",
      ]);
      assert(!err.includes("5e5e"), err);
    }
  }));

Deno.test("a port that is taken is named, with what to do", async () => {
  using taken = takenPort();
  await inSnapt(`listen: ${taken.address}\nstatus: off\n${SERVICES}`, async (folder) => {
    await expectFailure("snapt", folder, [], [taken.address, "taken", "listen:"]);
  });
  await inSnapt(`listen: 127.0.0.1:0\nstatus: ${taken.address}\n${SERVICES}`, async (folder) => {
    await expectFailure("snapt", folder, [], [taken.address, "taken", "status:"]);
  });
  await inCnapt(`status: ${taken.address}\n`, async (folder) => {
    const { err } = await run("cnapt", folder, []);
    for (const part of [taken.address, "taken", "status:"]) assert(err.includes(part), err);
  });
});

Deno.test("an address that this machine does not have is named, with what to do", async () => {
  await inSnapt(`listen: ${NOWHERE}:7787\nstatus: off\n${SERVICES}`, async (folder) => {
    await expectFailure("snapt", folder, [], [`${NOWHERE}:7787`, "address", "listen:"]);
  });
  await inSnapt(`listen: 127.0.0.1:0\nstatus: ${NOWHERE}:1\n${SERVICES}`, async (folder) => {
    await expectMisconfigured("snapt", folder, [], ["status:", "for this machine only"]);
  });
});

Deno.test("a service of cnapt.yaml whose port is taken is named, with what to do", () =>
  inFolder(async (folder) => {
    using taken = takenPort();
    await Deno.writeTextFile(
      `${folder}/cnapt.yaml`,
      `status: off\nsites:\n  home:\n    ticket: ${ticketWith(2)}\n` +
        `    services: { ssh: { listen: ${taken.address} } }\n`,
      { mode: 0o600 },
    );
    const { code, err } = await run("cnapt", folder, []);
    assertEquals(code, 1);
    for (const part of [taken.address, "taken", "ssh"]) assert(err.includes(part), err);
  }));

Deno.test("commands that need a running program say that the status endpoint is off", async () => {
  await inSnapt(`listen: 127.0.0.1:0\nstatus: off\n${SERVICES}`, async (folder) => {
    await expectMisconfigured("snapt", folder, ["status"], ["SNAPT", "`status:`", "off"]);
  });
  await inCnapt("status: off\n", async (folder) => {
    await expectMisconfigured("cnapt", folder, ["status"], ["CNAPT", "`status:`", "off"]);
    await expectMisconfigured("cnapt", folder, ["switch", "eth0"], ["CNAPT", "`status:`", "off"]);
  });
});

Deno.test("commands that need a running program say where they looked for it", async () => {
  const address = freeAddress();
  await inSnapt(`listen: 127.0.0.1:0\nstatus: ${address}\n${SERVICES}`, async (folder) => {
    await expectNotRunning("snapt", folder, ["status"], ["SNAPT", address, "is it running?"]);
    assertEquals((await run("snapt", folder, INVITE)).code, 0);
    const { code, out } = await run("snapt", folder, ["revoke", "a"]);
    assertEquals(code, 0);
    assert(out.includes("a is revoked") && out.includes(address), out);
  });
  await inCnapt(`status: ${address}\n`, async (folder) => {
    await expectNotRunning("cnapt", folder, ["switch", "eth0"], [
      "CNAPT",
      address,
      "is it running?",
    ]);
  });
});

Deno.test("what answers at the status address but is no CNAPT is not believed", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<html>hello</html>"),
  );
  const address = `127.0.0.1:${server.addr.port}`;
  try {
    await inCnapt(`status: ${address}\n`, async (folder) => {
      await expectNotRunning("cnapt", folder, ["status"], [address, "no CNAPT"]);
      await expectNotRunning("cnapt", folder, ["switch", "eth0"], [address, "no CNAPT"]);
    });
    await inSnapt(`listen: 127.0.0.1:0\nstatus: ${address}\n${SERVICES}`, async (folder) => {
      await expectNotRunning("snapt", folder, ["status"], [address, "no SNAPT"]);
    });
  } finally {
    await server.shutdown();
  }
});

const SHOWN = "bye\\u001b[2J\\u000asite bank: connected";

Deno.test("what a peer said is shown, and not obeyed by the terminal", async () => {
  const sentence = "bye\x1b[2J\nsite bank: connected";
  const site = siteSnapshot({
    state: "refused",
    refusal: { code: "revoked", sentence },
    roundTripMs: null,
  });
  const app = cnaptStatusApp(cnaptContext({
    token: TOKEN,
    snapshot: () => cnaptSnapshot([site]),
    switchTo: () =>
      Promise.resolve({ outcome: "failed", error: "Cannot switch: \x1b[2Jno", receipts: [] }),
  }));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  try {
    await inCnapt(`status: 127.0.0.1:${server.addr.port}\n`, async (folder) => {
      const { out } = await run("cnapt", folder, ["status"]);
      assertEquals(out.split("\n")[0], `SNAPT refuses this CNAPT: ${SHOWN}`);
      const { err } = await run("cnapt", folder, ["switch", "eth0"]);
      assertEquals(err, `Cannot switch: SNAPT refuses: ${SHOWN}\n`);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("a program of another configuration refuses the token, and the message says so", async () => {
  const address = freeAddress();
  await inCnapt(`status: ${address}\n`, async (folder) => {
    await using cnapt = new Running("cnapt", folder);
    await cnapt.line(/ started /);
    const other = `status: ${address}\nsites: { home: { ticket: ${ticketWith(3)} } }\n`;
    await Deno.writeTextFile(`${folder}/other.yaml`, other, { mode: 0o600 });
    const parts = [address, "token", "configuration"];
    await expectRefusal("cnapt", folder, ["switch", "eth0", "--config", "other.yaml"], parts);
  });
  await inSnapt(`listen: 127.0.0.1:0\nstatus: ${address}\n${SERVICES}`, async (folder) => {
    await using snapt = new Running("snapt", folder);
    await snapt.line(/ listening /);
    await Deno.remove(`${folder}/snapt.identity.json`);
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    assertEquals((await run("snapt", folder, INVITE)).code, 0);
    const { code, err } = await run("snapt", folder, ["revoke", "a"]);
    assertEquals(code, exitCodeOf("refused"));
    for (const part of ["session of a", address, "token", "configuration"]) {
      assert(err.includes(part), err);
    }
  });
});

Deno.test({
  name: "files with secrets that others may read are named, with what to do",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await inCnapt("status: off\n", async (folder) => {
      await Deno.chmod(`${folder}/cnapt.yaml`, 0o644);
      const { code, err } = await run("cnapt", folder, ["check"]);
      assertEquals(code, 0);
      assert(err.includes("chmod 600 cnapt.yaml"), err);
      await using cnapt = new Running("cnapt", folder);
      await cnapt.line(/warn .*chmod 600 cnapt\.yaml/);
    });
    await inSnapt(`listen: 127.0.0.1:0\nstatus: off\n${SERVICES}`, async (folder) => {
      assertEquals((await run("snapt", folder, INVITE)).code, 0);
      const files = ["snapt.identity.json", "snapt.clients.json"];
      for (const file of files) await Deno.chmod(`${folder}/${file}`, 0o640);
      const { err } = await run("snapt", folder, ["check"]);
      await using snapt = new Running("snapt", folder);
      for (const file of files) {
        assert(err.includes(`chmod 600 ${file}`), err);
        await snapt.line(new RegExp(`warn .*chmod 600 ${RegExp.escape(file)}`));
      }
    });
  },
});

Deno.test({
  name: "half a request at the status endpoint does not keep a program from ending",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const address = freeAddress();
    const [hostname = "", port = ""] = address.split(":");
    await inSnapt(`listen: 127.0.0.1:0\nstatus: ${address}\n${SERVICES}`, async (folder) => {
      await using snapt = new Running("snapt", folder);
      await snapt.line(/ listening /);
      using conn = await Deno.connect({ hostname, port: Number(port) });
      await conn.write(new TextEncoder().encode("POST /revoke HTTP/1.1\r\nHost: localhost\r\n"));
      using idle = await Deno.connect({ hostname, port: Number(port) });
      await idle.write(
        new TextEncoder().encode("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      );
      await idle.read(new Uint8Array(1_000));
      assertEquals(await snapt.end("SIGTERM"), 0);
    });
  },
});
