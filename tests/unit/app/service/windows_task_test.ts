import { utf16Bytes, windowsTask } from "../../../../lib/app/service/windows_task.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { taskProblems } from "./kit/task_rules.ts";
import { saidBy, testPlan } from "./kit/test_plan.ts";
import { xmlTree } from "./kit/xml_tree.ts";

/** Every element without children: its path and its text. */
const READ = `
import json, sys, xml.etree.ElementTree as tree
def walk(one, path):
    if len(one) == 0: yield [path, one.text]
    for child in one: yield from walk(child, path + "/" + child.tag.split("}")[1])
root = tree.fromstring(sys.stdin.buffer.read())
json.dump([root.tag, dict(walk(root, ""))], sys.stdout)
`;

Deno.test({
  name: "a task of Windows says the words of the command, whatever is in them",
  ignore: lacksProgram("python3", "tasks of Windows as a parser of XML reads them"),
  fn: async () => {
    const task = windowsTask(testPlan({
      program: "cnapt",
      scope: "user",
      runAs: "PC\\Zoë & 😀",
      start: ["C:\\Program Files\\R&D\\cnapt.exe"],
      configFile: "C:\\Users\\Zoë\\50%\\my cnapt.yaml",
      stateFolder: "C:\\Users\\Zoë\\my state",
    }));
    const [tag, texts] = JSON.parse(await saidBy(["python3", "-c", READ], utf16Bytes(task)));
    assertEquals(tag, "{http://schemas.microsoft.com/windows/2004/02/mit/task}Task");
    assertEquals(texts["/Actions/Exec/Command"], "C:\\Program Files\\R&D\\cnapt.exe");
    const words =
      'run --config "C:\\Users\\Zoë\\50%\\my cnapt.yaml" --state "C:\\Users\\Zoë\\my state"';
    assertEquals(texts["/Actions/Exec/Arguments"], words);
    assertEquals(texts["/Actions/Exec/WorkingDirectory"], "C:\\Users\\Zoë\\50%");
    assertEquals(texts["/Principals/Principal/UserId"], "PC\\Zoë & 😀");
    assertEquals(texts["/Triggers/LogonTrigger/UserId"], "PC\\Zoë & 😀");
    assertEquals(texts["/Settings/ExecutionTimeLimit"], "PT0S"); // for ever
  },
});

Deno.test("a word that ends with a backslash does not swallow its quotation mark", () => {
  const task = windowsTask(testPlan({ start: ["C:\\deno.exe", "C:\\my files\\"] }));
  assert(task.includes("&quot;C:\\my files\\\\&quot; run"), task);
});

Deno.test("a task of the machine runs as an account with few rights, or as who is named", () => {
  assert(windowsTask(testPlan({ runAs: null })).includes("<UserId>S-1-5-19</UserId>"));
  assert(windowsTask(testPlan()).includes("<LogonType>S4U</LogonType>"));
});

const MINE = { scope: "user", runAs: "PC\\Zoë & 😀", program: "cnapt" } as const;

Deno.test("a task has the elements of the scheduler's schema, for user and machine", () => {
  for (const differs of [MINE, {}, { runAs: null }, { start: ['C:\\"<R&D>".exe'] }] as const) {
    const task = windowsTask(testPlan(differs));
    assertEquals(taskProblems(xmlTree(task)), [], task);
  }
});

Deno.test("what the scheduler's schema forbids is noticed", () => {
  const task = windowsTask(testPlan(MINE));
  for (
    const [from, to, problem] of [
      ["PT0S", "forever", 'ExecutionTimeLimit is not "forever"'],
      ["IgnoreNew", "Sometimes", 'MultipleInstancesPolicy is not "Sometimes"'],
      ["<Count>255", "<Count>256", 'Count is not "256"'],
      ["<Enabled>true</Enabled>\n", "\n", null],
      ["<RunLevel>LeastPrivilege</RunLevel>", "<Level>1</Level>", "Principal has Level in it"],
      ['Context="Author"', 'Context="Nobody"', "Actions run as Nobody, whom nothing names"],
      [/<Enabled>.*\n(.*UserId>)/, "$1<Enabled>true</Enabled>", "LogonTrigger is in another order"],
      [/<Exec>[^]*<\/Exec>/, "", "Actions has no Exec"],
    ] as const
  ) {
    const problems = taskProblems(xmlTree(task.replace(from, to)));
    if (problem === null) assertEquals(problems, []);
    else assertEquals(problems.includes(problem), true, `${problem}: ${problems}`);
  }
});

const onWindows = Deno.build.os === "windows";
if (!onWindows) console.log("SKIPPED the Task Scheduler's own opinion: only Windows has it");

Deno.test({
  name: "the Task Scheduler takes a task, twice, and takes it away",
  ignore: !onWindows,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}\\task.xml`;
      const name = `cnapt-test-${Deno.pid}`;
      const schtasks = async (...args: readonly string[]) => {
        const command = new Deno.Command("schtasks", { args: [...args], stdout: "null" });
        return (await command.output()).code;
      };
      const create = async (text: string) => {
        await Deno.writeFile(file, utf16Bytes(text));
        return await schtasks("/create", "/tn", name, "/xml", file, "/f");
      };
      const runAs = Deno.env.get("USERNAME") ?? "";
      const task = windowsTask(testPlan({ ...MINE, runAs, start: ["C:\\R&D <x>\\cnapt.exe"] }))
        .replace("<URI>\\cnapt<", `<URI>\\${name}<`);
      try {
        assertEquals([await create(task), await create(task)], [0, 0]);
      } finally {
        assertEquals(await schtasks("/delete", "/tn", name, "/f"), 0);
      }
      assertEquals(await schtasks("/delete", "/tn", name, "/f") === 0, false);
    }),
});
