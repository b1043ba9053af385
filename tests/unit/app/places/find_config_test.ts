import { assertEquals } from "../../../assert.ts";
import { findConfig } from "../../../../lib/app/places/find_config.ts";
import { machine } from "./kit.ts";

const USER = "/home/me/.config/cnapt/cnapt.yaml";
const ETC = "/etc/cnapt/cnapt.yaml";
const HOME = { HOME: "/home/me" };

Deno.test("the configuration is the named one when several are there", async () => {
  const around = machine({ ...HOME, CNAPT_CONFIG: "/v.yaml" }, ["cnapt.yaml", USER]);
  assertEquals(await findConfig("cnapt", "/o.yaml", around), {
    file: "/o.yaml",
    from: "option",
    others: ["cnapt.yaml", USER],
  });
});

Deno.test("the configuration is the one of the variable when no option names one", async () => {
  const around = machine({ ...HOME, CNAPT_CONFIG: USER }, ["cnapt.yaml", USER]);
  assertEquals(await findConfig("cnapt", null, around), {
    file: USER,
    from: "variable",
    others: ["cnapt.yaml"],
  });
});

Deno.test("the configuration is the first that is there when the variable is empty", async () => {
  const find = (...files: string[]) =>
    findConfig("cnapt", null, machine({ ...HOME, CNAPT_CONFIG: "" }, files));
  assertEquals(await find("cnapt.yaml", USER, ETC), {
    file: "cnapt.yaml",
    from: "folder",
    others: [USER, ETC],
  });
  assertEquals(await find(USER, ETC), { file: USER, from: "place", others: [ETC] });
  assertEquals(await find(ETC), { file: ETC, from: "place", others: [] });
});

Deno.test("a new configuration is the user's, or the machine's when the user is root", async () => {
  const find = (variables: Readonly<Record<string, string>>, uid: number) =>
    findConfig("cnapt", null, machine(variables, [], "linux", { uid }));
  assertEquals(await find(HOME, 1000), { file: USER, from: "place", others: [] });
  assertEquals(await find(HOME, 0), { file: ETC, from: "place", others: [] });
});

Deno.test("a new configuration is that of the current folder when the user has no home", async () => {
  const found = await findConfig("cnapt", null, machine({}));
  assertEquals(found, { file: "cnapt.yaml", from: "folder", others: [] });
});

Deno.test("the named configuration is no other one when it is named by its relative path", async () => {
  const { others } = await findConfig("cnapt", "./cnapt.yaml", machine({}, ["cnapt.yaml"]));
  assertEquals(others, []);
});

Deno.test("the same file is no other one when its path is another", async () => {
  const place = `${Deno.cwd()}/cnapt/cnapt.yaml`;
  const around = machine({ XDG_CONFIG_HOME: Deno.cwd() }, ["cnapt.yaml", place]);
  const { others } = await findConfig("cnapt", "cnapt/cnapt.yaml", around);
  assertEquals(others, ["cnapt.yaml"]);
});

Deno.test("a configuration that this user may not read is passed over only when one is to be extended", async () => {
  const around = machine(HOME, [ETC], "linux", { closed: [ETC] });
  assertEquals((await findConfig("cnapt", null, around)).file, ETC);
  assertEquals((await findConfig("cnapt", null, around, "extend")).file, USER);
});
