import {
  launchdFacts,
  systemdFacts,
  windowsFacts,
} from "../../../../lib/app/service/service_facts.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("what systemd shows of a service is read, verdict and last exit too", () => {
  const lines = [
    ...["ActiveState=active", "SubState=running", "UnitFileState=enabled", "MainPID=253"],
    "FragmentPath=/usr/lib/systemd/system/snapt.service",
    ...["StatusText=home: connected = well", "NRestarts=2", "ExecMainStatus=0"],
    "ExecMainCode=0",
  ];
  const up = systemdFacts({ code: 0, out: lines.join("\n") });
  assertEquals(up, {
    isRunning: true,
    file: "/usr/lib/systemd/system/snapt.service",
    state: "active (running)",
    isEnabled: true,
    pid: 253,
    verdict: "home: connected = well",
    lastExit: null,
    restarts: 2,
  });
  const failed = systemdFacts({
    code: 0,
    out: "ActiveState=failed\nSubState=failed\nUnitFileState=disabled\nMainPID=0\nStatusText=\n" +
      "NRestarts=0\nExecMainStatus=78\nExecMainCode=1",
  });
  assertEquals([failed.isRunning, failed.isEnabled, failed.pid, failed.lastExit], [
    ...[false, false, null, 78],
  ]);
  const killed = systemdFacts({ code: 0, out: "ExecMainCode=2\nExecMainStatus=9" });
  assertEquals(killed.lastExit, null);
  // It has not said that it listens, or waits for its next start.
  for (const state of ["activating", "deactivating", "inactive", "maintenance"]) {
    assertEquals(systemdFacts({ code: 0, out: `ActiveState=${state}` }).isRunning, false, state);
  }
  assertEquals(systemdFacts({ code: 1, out: "" }).state, "unknown");
});

Deno.test("what launchd prints of a service is read, and not that of its parts", () => {
  const out = [
    "gui/501/local.cnapt = {",
    "\tactive count = 1",
    "\tstate = running",
    "\truns = 3",
    "\tpid = 4711",
    "\tlast exit code = 78",
    "\tspawn type = daemon (3)",
    "\tendpoints = {",
    "\t\tstate = waiting",
    "\t}",
    "}",
  ];
  const up = launchdFacts({ code: 0, out: out.join("\n") });
  assertEquals([up.isRunning, up.pid, up.lastExit, up.restarts], [true, 4711, 78, 2]);
  const waiting = launchdFacts({
    code: 0,
    out: "x = {\n\tstate = not running\n\truns = 0\n\tlast exit code = (never exited)\n}",
  });
  assertEquals([waiting.isRunning, waiting.state, waiting.pid, waiting.lastExit], [
    ...[false, "not running", null, null],
  ]);
  assertEquals(launchdFacts({ code: 113, out: "Could not find service" }).state, "not loaded");
});

Deno.test("what the Task Scheduler says of a task is read in any language", () => {
  const line = (result: string) =>
    `"PC","\\cnapt","N/A","Wird ausgeführt","Nur ""interaktiv""","01.01.2026 08:00:00","${result}",` +
    `"Zoë","C:\\cnapt.exe run"`;
  const facts = (result: string) => windowsFacts({ code: 0, out: `${line(result)}\r\n` });
  assertEquals([facts("267009").isRunning, facts("267009").lastExit], [true, null]);
  assertEquals([facts("267011").isRunning, facts("267011").state], [false, "has not run yet"]);
  assertEquals([facts("78").isRunning, facts("78").lastExit], [false, 78]);
  assertEquals(facts("-1073741510").lastExit, -1073741510);
  for (const out of ["", '"a","b"', line("?"), '"unclosed']) {
    const { isRunning, state } = windowsFacts({ code: 0, out });
    assertEquals([isRunning, state], [false, "unknown"], out);
  }
  assertEquals(windowsFacts({ code: 1, out: "" }).state, "not there");
});
