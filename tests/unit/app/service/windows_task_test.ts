import { utf16Bytes, windowsTask } from "../../../../lib/app/service/windows_task.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { saidBy, testPlan } from "./kit/test_plan.ts";

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
