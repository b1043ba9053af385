import { VERSION } from "../../../lib/app/program/version.ts";
import { parseSourceRange } from "../../../lib/core/access/source_list.ts";
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { encodeTicket, type Ticket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run } from "../kit/program.ts";

const cnapt = (folder: string, ...args: readonly string[]) => run("cnapt", folder, args);

const TICKET: Ticket = {
  name: "laptop",
  address: { host: "192.0.2.7", port: 7787 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
};
const LINE = encodeTicket(TICKET);
const KEY_TEXT = LINE.slice(35, 70);

async function configIn(folder: string) {
  return parseCnaptConfig(await Deno.readTextFile(`${folder}/cnapt.yaml`), "cnapt.yaml");
}

Deno.test("cnapt join writes a configuration for its owner only, and cnapt check reads it", () =>
  inFolder(async (folder) => {
    const joined = await cnapt(folder, "join", LINE);
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes("site home at 192.0.2.7:7787"), joined.out);
    assertEquals((await configIn(folder)).sites.get("home")?.ticket, TICKET);
    const { mode } = await Deno.stat(`${folder}/cnapt.yaml`);
    if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
    const checked = await cnapt(folder, "check");
    assertEquals([checked.code, checked.err], [0, ""]);
    assert(checked.out.includes("site home: 192.0.2.7:7787 without TLS, as laptop"), checked.out);
    assert(![joined.out, checked.out].some((text) => text.includes(KEY_TEXT)), "a key is shown");
  }));

Deno.test("a ticket cannot command the terminal on which cnapt shows what is in it", () =>
  inFolder(async (folder) => {
    const host = "evil\x1b]0;title\x07\x9b2J\u202e.test";
    const line = encodeTicket({ ...TICKET, address: { host, port: 7787 }, name: "lap\x1b[2Jtop" });
    const joined = await cnapt(folder, "join", line);
    const shown = "evil\\u001b]0;title\\u0007\\u009b2J\\u202e.test:7787";
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes(`site home at ${shown}. Next: cnapt`), joined.out);
    const checked = await cnapt(folder, "check");
    assert(
      checked.out.includes(`site home: ${shown} without TLS, as lap\\u001b[2Jtop`),
      checked.out,
    );
    const doctor = await cnapt(folder, "doctor", "--json");
    assert(doctor.out.includes("evil"), doctor.out);
    for (const out of [joined.out, checked.out, doctor.out, doctor.err]) {
      assert(!/[\p{Cc}\p{Cf}]/u.test(out.replaceAll("\n", "")), JSON.stringify(out));
    }
  }));

Deno.test("cnapt join - reads the ticket from standard input, however it was broken", () =>
  inFolder(async (folder) => {
    const broken = `\n  ${LINE.slice(0, 40)}\n${LINE.slice(40, 80)}\r\n  ${LINE.slice(80)}\n\n`;
    const { code, err } = await run("cnapt", folder, ["join", "-"], broken);
    assertEquals([code, err], [0, ""]);
    assertEquals((await configIn(folder)).sites.get("home")?.ticket, TICKET);
  }));

Deno.test("cnapt join adds a second site and keeps every line that is there", () =>
  inFolder(async (folder) => {
    const before = "# mine\nstatus: off # quiet\n\nsites:\n    work: # the firm\n" +
      `        ticket: ${LINE}\n\n# and this\nlog: debug\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, before);
    const { code, err } = await cnapt(
      folder,
      ...["join", LINE, "--service", "ssh=127.0.0.1:2222", "--service", "db=[::1]:5432"],
    );
    assertEquals([code, err], [0, ""]);
    const after = await Deno.readTextFile(`${folder}/cnapt.yaml`);
    let at = 0;
    for (const line of before.split("\n")) {
      const found = after.indexOf(line, at);
      assert(found >= at, `${line} is gone or out of its order`);
      at = found;
    }
    const { sites, log } = await configIn(folder);
    assertEquals([[...sites.keys()], log], [["work", "home"], { form: "text", level: "debug" }]);
    const services = sites.get("home")?.services;
    assertEquals(services?.get("ssh")?.listen, { host: "127.0.0.1", port: 2222 });
    assertEquals(services?.get("db")?.listen, { host: "::1", port: 5432 });
  }));

Deno.test("cnapt join wants to know who may use what other hosts reach", () =>
  inFolder(async (folder) => {
    const args = ["join", LINE, "--service", "db=192.168.7.1:5432"];
    const open = await cnapt(folder, ...args, "--service", "ssh=127.0.0.1:2222");
    assertEquals(open.code, 78);
    assert(open.err.includes("other hosts can reach 192.168.7.1:5432"), open.err);
    const wrong = await cnapt(folder, ...args, "--allow", "everybody");
    assertEquals(wrong.code, 2);
    const idle = await cnapt(folder, "join", LINE, "--allow", "192.168.7.0/24");
    assertEquals(idle.code, 2);
    const closed = await cnapt(
      folder,
      ...[...args, "--service", "ssh=127.0.0.1:2222", "--allow", "192.168.7.0/24"],
    );
    assertEquals([closed.code, closed.err], [0, ""]);
    const services = (await configIn(folder)).sites.get("home")?.services;
    assertEquals(services?.get("db")?.allow, [parseSourceRange("192.168.7.0/24")]);
    assertEquals(services?.get("ssh")?.allow, null);
  }));

Deno.test("cnapt join extends a file that has no site yet", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, "log: warn\nsites:\n");
    assertEquals((await cnapt(folder, "join", LINE, "--site", "2026-01-01")).code, 0);
    const { sites, log } = await configIn(folder);
    assertEquals([[...sites.keys()], log], [["2026-01-01"], { form: "text", level: "warn" }]);
  }));

Deno.test("cnapt join takes a name once, and then changes nothing", () =>
  inFolder(async (folder) => {
    assertEquals((await cnapt(folder, "join", LINE)).code, 0);
    const before = await Deno.readTextFile(`${folder}/cnapt.yaml`);
    const again = await cnapt(folder, "join", LINE);
    assertEquals(again.code, 1);
    assert(again.err.includes("--site NAME"), again.err);
    assertEquals(await Deno.readTextFile(`${folder}/cnapt.yaml`), before);
    assertEquals((await cnapt(folder, "join", LINE, "--site", "other")).code, 0);
  }));

for (
  const [what, content, hint] of [
    ["with a mistake in it", "log: loud\nsites: {}\n", "cnapt.yaml:1: log:"],
    ["whose sites are in braces", `sites: { work: { ticket: ${LINE} } }\n`, "in braces"],
    ["that is in another encoding", "# b\xfcro\nsites:\n", "UTF-8"],
  ] as const
) {
  Deno.test(`cnapt join leaves a file ${what} as it is and says why`, () =>
    inFolder(async (folder) => {
      const bytes = Uint8Array.from(content, (one) => one.charCodeAt(0));
      await Deno.writeFile(`${folder}/cnapt.yaml`, bytes);
      const { code, err } = await cnapt(folder, "join", LINE);
      assertEquals(code, hint === "in braces" ? 1 : 78);
      assert(err.includes(hint), err);
      assert(!err.includes(KEY_TEXT), "a key is shown");
      assertEquals(await Deno.readFile(`${folder}/cnapt.yaml`), bytes);
    }));
}

for (
  const [args, hint] of [
    [["join"], "no terminal"],
    [["join", "hello"], "no ticket"],
    [["join", LINE.slice(0, 70)], "cut off"],
    [["join", `${LINE}x`], "damaged"],
    [["join", LINE, "--service", "ssh"], "NAME=ADDRESS:PORT"],
    [["join", LINE, "--service", "a b=127.0.0.1:1"], "NAME=ADDRESS:PORT"],
    [["join", LINE, "--service", "ssh=127.0.0.1"], "HOST:PORT"],
    [["join", LINE, "--service", "ssh=:1", "--service", "ssh=:2"], "twice"],
    [["join", LINE, "--site", "a b"], "letters"],
    [["join", LINE, "--sevice", "x"], "did you mean --service?"],
    [[LINE], "cnapt join CODE"],
    [["swich", "wlan0"], "did you mean switch?"],
    [["switch"], "INTERFACE or --auto"],
    [["switch", "wlan0", "eth0"], "nothing else"],
    [["status", "--yaml"], "--yaml"],
    [["--strict"], "--strict"],
  ] as const
) {
  const shown = args.map((one) => one.startsWith("cnapt1.") ? "TICKET" : one).join(" ");
  Deno.test(`cnapt ${shown} is wrong usage: ${hint}`, () =>
    inFolder(async (folder) => {
      const { code, out, err } = await cnapt(folder, ...args);
      assertEquals([code, out], [2, ""], err);
      assert(err.startsWith("Cannot ") && err.includes(hint), err);
      assert(/See `cnapt (?:[a-z-]+ )?--help`/.test(err), err);
      assert(!err.includes(KEY_TEXT), "a key is shown");
      assertEquals([...Deno.readDirSync(folder)], []);
    }));
}

Deno.test("cnapt --help and --version need no configuration", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await cnapt(folder, "--help");
    assertEquals([code, err], [0, ""]);
    for (const command of ["join", "run", "switch", "status", "check", "completion"]) {
      assert(out.includes(command), `${command} is not in the help`);
    }
    for (const args of [["switch", "--help"], ["help", "switch"], ["switch", "-h"]]) {
      const help = await cnapt(folder, ...args);
      assertEquals([help.code, help.err], [0, ""]);
      for (const option of ["switch [INTERFACE]", "--strict", "--json", "  3 "]) {
        assert(help.out.includes(option), `${option} is not in the help of switch`);
      }
    }
    const version = await cnapt(folder, "--version");
    const made = `cnapt ${VERSION} \\(commit [\\w-]+, Deno [\\d.]+, ${Deno.build.target}\\)\n`;
    assert(new RegExp(`^${made}$`).test(version.out), version.out);
    assertEquals([version.code, version.err], [0, ""]);
  }));
