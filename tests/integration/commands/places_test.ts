import { dirname, join } from "node:path";
import { assert, assertEquals } from "../../assert.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { asUsersDo } from "../kit/program.ts";
import { inFolder } from "../../temporary_folder.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});
const CONFIG = `sites:\n  home:\n    ticket: ${TICKET}\n`;

async function check(cwd: string, config: Readonly<Record<string, string>>, ...args: string[]) {
  return await cnapt(cwd, config, "check", ...args);
}

async function cnapt(cwd: string, config: Readonly<Record<string, string>>, ...args: string[]) {
  return await started([...asUsersDo("cnapt"), ...args], cwd, config);
}

async function started(
  [command = "", ...words]: readonly string[],
  cwd: string,
  config: Readonly<Record<string, string>> = {},
) {
  const child = new Deno.Command(command, {
    args: words,
    cwd,
    env: {
      NO_COLOR: "1",
      XDG_CONFIG_HOME: join(cwd, "user"),
      APPDATA: join(cwd, "user"),
      ...config,
    },
  });
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function write(path: string, text = CONFIG, mode = 0o600): Promise<void> {
  await Deno.writeTextFile(path, text);
  if (Deno.build.os !== "windows") await Deno.chmod(path, mode);
}

Deno.test("cnapt check says which configuration it took when there are several", () =>
  inFolder(async (folder) => {
    const user = join(folder, "user", "cnapt", "cnapt.yaml");
    await Deno.mkdir(`${folder}/user/cnapt`, { recursive: true });
    await write(user);
    const alone = await check(folder, {});
    assertEquals([alone.code, alone.err], [0, ""]);
    assert(alone.out.includes(`${user} has no mistakes.`), alone.out);

    await write(`${folder}/cnapt.yaml`);
    const both = await check(folder, {});
    assert(both.out.includes(`${user} is there as well and is not read.`), both.out);
    assert(both.out.includes("cnapt.yaml has no mistakes."), both.out);

    const named = await check(folder, { CNAPT_CONFIG: user }, "--json");
    const { file, others } = JSON.parse(named.out);
    assertEquals([file, others], [user, ["cnapt.yaml"]]);
  }));

Deno.test({
  name:
    "cnapt refuses a configuration of the folder when it names commands and others can write it",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const commands = `${CONFIG}notify:\n  - { command: [/bin/true] }\n`;
      await write(`${folder}/cnapt.yaml`, commands, 0o606);
      const { code, out, err } = await check(folder, {});
      assertEquals([code, out], [78, ""]);
      assert(err.includes("Cannot use cnapt.yaml of the current folder"), err);
      assert(err.includes("notify[0].command"), err);
      assertEquals((await check(folder, {}, "--config", "cnapt.yaml")).code, 0);
    }),
});

Deno.test({
  name: "cnapt join gives no key to whom a configuration of the folder belongs",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await write(`${folder}/cnapt.yaml`, "status: off\nsites:\n", 0o606);
      const { code, out, err } = await cnapt(folder, {}, "join", TICKET, "--no-ssh");
      assertEquals([code, out], [78, ""]);
      assert(err.startsWith("Cannot write a key into cnapt.yaml of the current folder"), err);
      assertEquals(await Deno.readTextFile(`${folder}/cnapt.yaml`), "status: off\nsites:\n");
      const named = ["join", TICKET, "--no-ssh", "--config", "cnapt.yaml"];
      assertEquals((await cnapt(folder, {}, ...named)).code, 0);
    }),
});

Deno.test("cnapt check in the folder of its place takes that file for one, not for two", () =>
  inFolder(async (folder) => {
    const place = join(await Deno.realPath(folder), "cnapt");
    await Deno.mkdir(place);
    await write(join(place, "cnapt.yaml"));
    const home = dirname(place);
    const { code, out } = await check(place, { XDG_CONFIG_HOME: home, APPDATA: home });
    assertEquals(code, 0);
    assert(!out.includes("is not read"), out);
  }));

Deno.test({
  name: "snapt refuses a configuration of the folder that others can write, whatever is in it",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await write(`${folder}/snapt.yaml`, "services: { ssh: { to: 127.0.0.1:22 } }\n", 0o646);
      const { code, err } = await started([...asUsersDo("snapt"), "check"], folder);
      assertEquals(code, 78);
      assert(err.includes("it says who is served what, and others are allowed to write it"), err);
    }),
});
