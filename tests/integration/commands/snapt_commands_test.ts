import { formatHostPort } from "../../../lib/config/host_port.ts";
import { parsePairingCode } from "../../../lib/config/pairing_code.ts";
import { codeKeys } from "../../../lib/core/pairing/pairing_proof.ts";
import { PAIRING_HASHES } from "../../../lib/relay/pairing/pairing_hashes.ts";
import { decodeTicket } from "../../../lib/config/ticket.ts";
import { VERSION } from "../../../lib/app/program/version.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { asUsersDo, type Finished, run } from "../kit/program.ts";

const snapt = (folder: string, ...args: readonly string[]): Promise<Finished> =>
  run("snapt", folder, args);

/** A folder in which `snapt init` was run. */
async function inInitialised(test: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const { code, err } = await snapt(folder, "init");
    assertEquals([code, err], [0, ""]);
    await test(folder);
  });
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("snapt init writes a configuration that is right and an identity for its owner only", () =>
  inInitialised(async (folder) => {
    const text = await Deno.readTextFile(`${folder}/snapt.yaml`);
    assert(text.startsWith("# ") && text.includes("services:"));
    if (Deno.build.os !== "windows") assertEquals(modeOf(`${folder}/snapt.identity.json`), 0o600);
    const { code, out, err } = await snapt(folder, "check");
    assertEquals([code, err], [0, ""]);
    assert(out.includes("snapt.yaml has no mistakes."), out);
  }));

Deno.test("snapt init a second time overwrites nothing and says so", () =>
  inInitialised(async (folder) => {
    const files = ["snapt.yaml", "snapt.identity.json"].map((name) => `${folder}/${name}`);
    const before = await Promise.all(files.map((file) => Deno.readTextFile(file)));
    const { code, err } = await snapt(folder, "init");
    assertEquals(code, 1);
    assert(err.includes("exist already"), err);
    assertEquals(await Promise.all(files.map((file) => Deno.readTextFile(file))), before);
  }));

Deno.test("snapt init makes only what is missing", () =>
  inInitialised(async (folder) => {
    await Deno.remove(`${folder}/snapt.identity.json`);
    const yaml = "services: { ssh: { to: 127.0.0.1:22 } } # mine\n";
    await Deno.writeTextFile(`${folder}/snapt.yaml`, yaml);
    assertEquals((await snapt(folder, "init")).code, 0);
    assertEquals(await Deno.readTextFile(`${folder}/snapt.yaml`), yaml);
    assert((await Deno.stat(`${folder}/snapt.identity.json`)).isFile);
  }));

Deno.test("snapt init --service writes the services that it names, and says in JSON what it wrote", () =>
  inFolder(async (folder) => {
    const services = ["--service", "db=10.0.0.5:5432", "--service", "dns=127.0.0.1:53/udp"];
    const { code, out, err } = await snapt(folder, "init", ...services, "--yes", "--json");
    assertEquals([code, err], [0, ""]);
    const [config, identity] = ["snapt.yaml", "snapt.identity.json"];
    const wrote = [config, identity];
    assertEquals(JSON.parse(out), { schema: "snapt.init/1", config, identity, wrote });
    const checked = JSON.parse((await snapt(folder, "check", "--json")).out);
    assertEquals([checked.ok, checked.services], [true, ["db", "dns"]]);
    const before = await Deno.readTextFile(`${folder}/snapt.yaml`);
    for (const again of [services, ["--service", "ssh=127.0.0.1:22"]]) {
      const refused = await snapt(folder, "init", ...again, "--yes", "--json");
      const { schema, exit } = JSON.parse(refused.out);
      assertEquals([refused.code, schema, exit.code], [1, "snapt.error/1", 1]);
      assert(refused.err.includes("exists already; name the services in it"), refused.err);
    }
    assertEquals(await Deno.readTextFile(`${folder}/snapt.yaml`), before);
  }));

Deno.test("snapt init with a service that is none writes nothing", () =>
  inFolder(async (folder) => {
    const { code, err } = await snapt(folder, "init", "--service", "db=10.0.0.5");
    assertEquals([code, [...Deno.readDirSync(folder)].map(({ name }) => name)], [2, []]);
    assert(err.includes("Cannot use --service db=10.0.0.5: "), err);
  }));

Deno.test({
  name: "snapt init that finds no room leaves nothing behind, and begins anew when there is some",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      // To a program whose files may have no bytes each disk is full.
      const [command = "", ...words] = [
        "sh",
        "-c",
        `trap '' XFSZ && ulimit -f 0 && exec "$0" "$@" init`,
      ];
      const args = [...words, ...asUsersDo("snapt")];
      const { code, stderr } = await new Deno.Command(command, {
        args,
        cwd: folder,
        env: { SNAPT_CONFIG: "snapt.yaml" },
      }).output();
      const err = new TextDecoder().decode(stderr);
      assertEquals(code, 1, err);
      assert(err.includes("Cannot write snapt.yaml"), err);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), []);
      assertEquals((await snapt(folder, "init")).code, 0);
      assert((await Deno.readTextFile(`${folder}/snapt.yaml`)).includes("services:"));
    }),
});

Deno.test("snapt invite writes exactly one line to standard output: the code", () =>
  inInitialised(async (folder) => {
    const { code, out } = await snapt(folder, "invite", "laptop", "--address", "home.example:7787");
    assertEquals(code, 0);
    assert(/^home\.example\/(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{4}\n$/.test(out), out);
    const { address, secret } = parsePairingCode(out.trim());
    assertEquals(address, { host: "home.example", port: 7787 });
    // What is kept recognises the code, and does not have it.
    const kept = await Deno.readTextFile(`${folder}/snapt.invitations.json`);
    assert(kept.includes(codeKeys(secret, PAIRING_HASHES).proofKey.toHex()));
    assert(!kept.includes(secret.toHex()) && !kept.includes(out.trim()));
    if (Deno.build.os !== "windows") {
      assertEquals(modeOf(`${folder}/snapt.invitations.json`), 0o600);
    }
  }));

Deno.test("snapt invite --json says the same for programs", () =>
  inInitialised(async (folder) => {
    const invite = ["invite", "laptop", "--address", "[2001:db8::7]:443", "--expires", "2h"];
    const { code, out } = await snapt(folder, ...invite, "--json");
    assertEquals(code, 0);
    const said = JSON.parse(out);
    assertEquals([said.schema, said.name], ["snapt.invite/1", "laptop"]);
    assertEquals(parsePairingCode(said.code).address, { host: "2001:db8::7", port: 443 });
    const { invitations: [kept] } = JSON.parse(
      await Deno.readTextFile(`${folder}/snapt.invitations.json`),
    );
    assertEquals(said.expiresAt, kept.expiresAt);
    assertEquals(Date.parse(kept.expiresAt) - Date.parse(kept.createdAt), 2 * 3_600_000);
  }));

Deno.test("snapt invite --qr draws the code beside it", () =>
  inInitialised(async (folder) => {
    const { out, err } = await snapt(folder, "invite", "laptop", "--address", "h:1", "--qr");
    assertEquals(out.split("\n").length, 2);
    assert(/█{3}/.test(err) && err.includes(`cnapt join ${out.trim()}`), err);
  }));

Deno.test("a code that is open is listed, keeps its name, and can be taken back", () =>
  inInitialised(async (folder) => {
    const invite = ["invite", "laptop", "--address", "home.example:7787", "--services", "ssh"];
    assertEquals((await snapt(folder, ...invite)).code, 0);
    for (const again of [invite, [...invite, "--offline"]]) {
      const { code, out, err } = await snapt(folder, ...again);
      assertEquals([code, out], [1, ""]);
      assert(err.includes("snapt revoke laptop"), err);
    }
    assert(/^laptop +code open until .*ssh\n$/.test((await snapt(folder, "list")).out));
    const revoked = await snapt(folder, "revoke", "laptop");
    assertEquals([revoked.code, revoked.err], [0, ""]);
    assert((await snapt(folder, "list")).out.startsWith("Nobody is invited"));
    assertEquals((await snapt(folder, "revoke", "laptop")).code, 1);
    assertEquals((await snapt(folder, ...invite)).code, 0);
  }));

Deno.test("with security none snapt invite prints a ticket, and says that it is one", () =>
  inInitialised(async (folder) => {
    const yaml = "security: none\nservices: { ssh: { to: 127.0.0.1:22 } }\n";
    await Deno.writeTextFile(`${folder}/snapt.yaml`, yaml);
    const expires = ["--expires", "1h"];
    const refused = await snapt(folder, "invite", "laptop", "--address", "h:1", ...expires);
    assertEquals([refused.code, refused.out], [2, ""]);
    assert(refused.err.includes("`security: none`"), refused.err);
    const ticket = await snapt(folder, "invite", "laptop", "--address", "h:1");
    assertEquals([ticket.code, decodeTicket(ticket.out).certificate], [0, null]);
    assert(ticket.err.includes("the key itself"), ticket.err);
  }));

Deno.test("snapt invite --offline writes exactly one line to standard output: the ticket", () =>
  inInitialised(async (folder) => {
    const invite = ["invite", "laptop", "--offline", "--address", "home.example:7787"];
    const { code, out } = await snapt(folder, ...invite);
    assertEquals(code, 0);
    assert(/^cnapt1\.[\w-]+\n$/.test(out), out);
    const ticket = decodeTicket(out);
    assertEquals([ticket.name, ticket.address], ["laptop", { host: "home.example", port: 7787 }]);
    const clients = await Deno.readTextFile(`${folder}/snapt.clients.json`);
    assert(clients.includes(ticket.id.toHex()));
    if (Deno.build.os !== "windows") assertEquals(modeOf(`${folder}/snapt.clients.json`), 0o600);
  }));

Deno.test("snapt invite takes a name once, and snapt list and revoke know it", () =>
  inInitialised(async (folder) => {
    const to = ["--address", "home.example:7787", "--services", "ssh"];
    const invite = ["invite", "laptop", "--offline", ...to];
    assertEquals((await snapt(folder, ...invite)).code, 0);
    const again = await snapt(folder, ...invite);
    assertEquals([again.code, again.out], [1, ""]);
    assert(again.err.includes("snapt revoke laptop"), again.err);
    assert(/^laptop +invited .*ssh\n$/.test((await snapt(folder, "list")).out));
    const revoked = await snapt(folder, "revoke", "laptop");
    assertEquals(revoked.code, 0, revoked.err);
    assert(revoked.out.startsWith("laptop is revoked."), revoked.out);
    assert(/^laptop +revoked /.test((await snapt(folder, "list")).out));
    const twice = await snapt(folder, "revoke", "laptop");
    assertEquals([twice.code, twice.err], [0, ""]);
    assert(twice.out.startsWith("laptop was revoked already."), twice.out);
    const nobody = await snapt(folder, "revoke", "desktop");
    assertEquals(nobody.code, 1);
    assert(nobody.err.includes("`snapt list`"), nobody.err);
  }));

for (
  const [args, hint] of [
    [["invite"], "the name of the CNAPT"],
    [["invite", "a b"], "letters"],
    [["invite", "laptop", "desktop"], "nothing else"],
    [["invite", "laptop", "--services", "shs"], "did you mean ssh?"],
    [["invite", "laptop", "--services", ","], "no service"],
    [["invite", "laptop", "--address", "nowhere:x"], "HOST:PORT"],
    [["invite", "laptop", "--address", ":7787"], "which machine"],
    [["invite", "laptop", "--address", "home.example:0"], "port"],
    [["invite", "laptop", "--address", "h:1", "--expires", "5s"], "1m at least"],
    [["invite", "laptop", "--address", "h:1", "--expires", "soon"], "--expires"],
    [["invite", "laptop", "--offline", "--expires", "1h"], "--offline"],
  ] as const
) {
  Deno.test(`snapt ${args.join(" ")} is wrong usage: ${hint}`, () =>
    inInitialised(async (folder) => {
      const { code, out, err } = await snapt(folder, ...args);
      assertEquals([code, out], [2, ""], err);
      assert(err.includes(hint), err);
      assert(/See `snapt (?:[a-z]+ )?--help`/.test(err), err);
      assertEquals((await snapt(folder, "list")).out.includes("laptop"), false);
    }));
}

for (
  const [args, hint] of [
    [["invit", "a"], "did you mean invite?"],
    [["ru"], "did you mean run?"],
    [["--confg", "x.yaml"], "did you mean --config?"],
    [["check", "--yaml"], "--yaml"],
    [["run", "now"], "no further words"],
    [["list", "--config"], "--config"],
    [["-x"], "-x"],
  ] as const
) {
  Deno.test(`snapt ${args.join(" ")} is wrong usage: ${hint}`, () =>
    inFolder(async (folder) => {
      const { code, out, err } = await snapt(folder, ...args);
      assertEquals([code, out], [2, ""], err);
      assert(err.startsWith("Cannot ") && err.includes(hint), err);
      assert(/See `snapt (?:[a-z]+ )?--help`/.test(err), err);
    }));
}

Deno.test("snapt --help and --version, wherever they stand, need no configuration", () =>
  inFolder(async (folder) => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, out, err } = await snapt(folder, ...args);
      assertEquals([code, err], [0, ""]);
      for (const command of ["init", "invite", "run", "list", "revoke", "status", "check"]) {
        assert(out.includes(command), `${command} is not in the help`);
      }
    }
    const invite = await snapt(folder, "invite", "--help");
    assertEquals([invite.code, invite.out.includes("--address HOST:PORT")], [0, true], invite.out);
    const version = await snapt(folder, "--version");
    assertEquals([version.code, version.err], [0, ""]);
    assert(version.out.startsWith(`snapt ${VERSION} (commit `), version.out);
  }));

Deno.test("snapt invite without --address needs a port of its own to tell", () =>
  inInitialised(async (folder) => {
    const services = "services: { ssh: { to: 127.0.0.1:22 } }\n";
    await Deno.writeTextFile(`${folder}/snapt.yaml`, `listen: 127.0.0.1:0\n${services}`);
    const { code, out, err } = await snapt(folder, "invite", "laptop");
    assertEquals([code, out], [1, ""]);
    assert(err.includes("--address"), err);
  }));

const hasNetwork = Deno.networkInterfaces()
  .some(({ address }) => !/^(?:127\.|::1$|fe80:)/.test(address));

Deno.test({
  name: "snapt invite without --address says where it expects SNAPT, once it has invited",
  ignore: !hasNetwork,
  fn: () =>
    inInitialised(async (folder) => {
      const first = await snapt(folder, "invite", "laptop");
      const { address } = parsePairingCode(first.out.trim());
      assert(first.err.includes(`SNAPT is at ${formatHostPort(address)}`), first.err);
      assert(first.err.includes("`snapt revoke laptop`"), first.err);
      const again = await snapt(folder, "invite", "laptop");
      assert(!again.err.includes("SNAPT is at"), again.err);
    }),
});
