import { launchdPlist } from "../../../../lib/app/service/launchd_plist.ts";
import { assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { plistProblems } from "./kit/plist_rules.ts";
import { saidBy, testPlan } from "./kit/test_plan.ts";
import { xmlTree } from "./kit/xml_tree.ts";

const READ =
  "import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)";

Deno.test({
  name: "a property list of launchd says the words of the command, whatever is in them",
  ignore: lacksProgram("python3", "property lists as a parser of them reads them"),
  fn: async () => {
    const odd = '/Users/me/a "b" <c> & 50%.yaml';
    const plist = launchdPlist(testPlan({ start: ["/opt/R&D/snapt"], configFile: odd }));
    const read = JSON.parse(await saidBy(["python3", "-c", READ], plist));
    assertEquals(read, {
      Label: "local.snapt",
      ProgramArguments: ["/opt/R&D/snapt", "run", "--config", odd, "--state", "/var/lib/snapt"],
      UserName: "snapt",
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ExitTimeOut: 15,
      SoftResourceLimits: { NumberOfFiles: 65_536 },
      Umask: 0o77,
      StandardOutPath: "/Library/Logs/snapt.log",
      StandardErrorPath: "/Library/Logs/snapt.log",
    });
  },
});

Deno.test("a property list has the keys of launchd.plist(5) and their types, for user and machine", () => {
  for (const differs of [{}, { scope: "user", runAs: null }, { program: "cnapt" }] as const) {
    const plist = launchdPlist(testPlan({ start: ["/opt/<R&D>/snapt", ""], ...differs }));
    // An empty word of the command is one; nobody's file is.
    assertEquals(plistProblems(xmlTree(plist)), [], plist);
  }
});

Deno.test("what launchd would not take is noticed", () => {
  const plist = launchdPlist(testPlan());
  for (
    const [from, to, problem] of [
      ["<integer>15</integer>", "<string>15</string>", "ExitTimeOut is no string"],
      ["<integer>15</integer>", "<integer>15s</integer>", "ExitTimeOut is no whole number"],
      ["<key>Umask</key>", "<key>UMask</key>", "UMask is not known"],
      ["<key>Label</key>", "<key>UserName</key>", "no Label"],
      ["  <key>RunAtLoad</key>\n", "", "no pairs of key and value"],
      ["<string>run</string>", "<true/>", "ProgramArguments has other things than strings"],
    ] as const
  ) {
    const problems = plistProblems(xmlTree(plist.replace(from, to)));
    assertEquals(problems.includes(problem), true, `${problem}: ${problems}`);
  }
});
