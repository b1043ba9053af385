/** Commands of README and documents that nobody could type: each is read as the programs read it. */
import { CNAPT } from "../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../lib/app/commands/snapt_commands.ts";
import { commandNamed, readCommandLine } from "../../../lib/app/program/command_line.ts";
import { COMMON_OPTIONS } from "../../../lib/app/program/command_table.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  commandsOf,
  documents,
  mentionsOf,
  pageOf,
  shellLines,
} from "../../documented_commands.ts";

const TABLES = { cnapt: CNAPT, snapt: SNAPT } as const;

const PAGES = await Promise.all(
  (await documents()).map(async (name) => [name, await pageOf(name)] as const),
);

Deno.test("every command of a fenced block is one that the programs take", async () => {
  const commands = PAGES.flatMap(([name, page]) => commandsOf(name, page));
  assert(commands.length > 30, `only ${commands.length} commands were found`);
  const wrong: string[] = [];
  for (const { where, program, args } of commands) {
    if (args.length === 1 && args[0] === "--version") continue; // of the program, and no command
    const named = args[0]?.startsWith("-") === false ? args : ["run", ...args];
    try {
      await readCommandLine(TABLES[program], named);
    } catch (error) {
      wrong.push(`${where}: ${program} ${args.join(" ")}: ${error}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no command of a fenced block is overlooked", () => {
  const overlooked = PAGES.flatMap(([name, page]) => {
    const seen = new Set(commandsOf(name, page).map(({ where }) => where));
    return shellLines(page).filter(({ number, text }) =>
      /(?:^|[\s"=(;&|])(?:cnapt|snapt) +[a-z&-]/.test(text.replace(/ # .*/, "")) &&
      // The name of a user, of a service or of a file, and no program.
      !/ (?:-[gu]|--now|--no-create-home|--run-as) snapt| cp -a /.test(text) &&
      !seen.has(`${name}:${number}`)
    ).map(({ number, text }) => `${name}:${number}: ${text}`);
  });
  assertEquals(overlooked, []);
});

Deno.test("every command and option that running text mentions is there", () => {
  const wrong: string[] = [];
  for (const [name, page] of PAGES) {
    // docs/wire.md has labels of keys that begin like commands: `cnapt link auth v2`.
    for (const mention of mentionsOf(page).filter((one) => !/ v\d+$/.test(one))) {
      const [program = "", first = "", ...rest] = mention.replaceAll(/[[\]]/g, "").split(/\s+/);
      const table = TABLES[program === "cnapt" ? "cnapt" : "snapt"];
      if (first.startsWith("--")) continue; // `cnapt --help`: the options of `run`, and help
      try {
        const words = first === "help" ? rest : [first];
        const options = Object.keys({
          ...commandNamed(table, words[0] ?? "").options,
          ...COMMON_OPTIONS,
          help: null,
        });
        for (const word of rest.filter((one) => one.startsWith("--"))) {
          const option = word.slice(2).replace(/[^a-z-].*$/, "");
          if (!options.includes(option)) wrong.push(`${name}: ${mention}: there is no --${option}`);
        }
      } catch (error) {
        wrong.push(`${name}: ${mention}: ${error}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every task that a page names is one of deno.json", async () => {
  const { tasks } = JSON.parse(await pageOf("deno.json"));
  const pages = [...PAGES, ["CONTRIBUTING.md", await pageOf("CONTRIBUTING.md")]] as const;
  const named = pages.flatMap(([name, page]) =>
    [...page.matchAll(/(?:deno@[\d.]+|`deno) task (\w+)/g)].map(([, task = ""]) => [name, task])
  );
  assert(named.length > 10, `only ${named.length} tasks were found`);
  assertEquals(named.filter(([, task = ""]) => !Object.hasOwn(tasks, task)), []);
});
