import { launchdPlist } from "../../../../lib/app/service/launchd_plist.ts";
import { assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { saidBy, testPlan } from "./kit/test_plan.ts";

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
