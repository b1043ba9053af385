import { packagedUnit } from "../../../../lib/app/service/packaged_unit.ts";
import { systemdUnit } from "../../../../lib/app/service/systemd_unit.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { saidBy, testPlan } from "./kit/test_plan.ts";

const ignore = lacksProgram("systemd-analyze", "systemd's own opinion of the units");

Deno.test("a unit of systemd starts exactly the words of the command, whatever is in them", () => {
  const unit = systemdUnit(testPlan({
    start: ["/opt/my tools/100%/$HOME/snapt"],
    configFile: "/srv/a b/50%/$x/back\\slash.yaml",
    stateFolder: "/srv/a b/50%/$x",
  }));
  assert(
    unit.includes(
      'ExecStart="/opt/my tools/100%%/$HOME/snapt" run --config ' +
        '"/srv/a b/50%%/$$x/back\\\\slash.yaml" --state "/srv/a b/50%%/$$x"\n',
    ),
    unit,
  );
  assert(unit.includes('\nReadWritePaths="/srv/a b/50%%/$x"\n'), unit);
  assert(unit.includes("\nExecReload=/bin/kill -HUP $MAINPID\n"), unit);
});

Deno.test("plain words stand in a unit as people write them", () => {
  const unit = systemdUnit(testPlan());
  const words = "/usr/bin/snapt run --config /etc/snapt/snapt.yaml --state /var/lib/snapt";
  assert(unit.includes(`\nExecStart=${words}\n`), unit);
  assert(!unit.includes("ReadWritePaths"), unit); // systemd makes that folder, and lets it write there
  const stateElsewhere = systemdUnit(testPlan({ stateFolder: "/srv/my state" }));
  assert(stateElsewhere.includes('\nReadWritePaths="/srv/my state"\n'), stateElsewhere);
});

Deno.test("the unit of a relay runs snapt as one, and keeps what it writes where snapt does", () => {
  const unit = systemdUnit(testPlan({
    program: "snapt-relay",
    configFile: "/etc/snapt/relay.yaml",
  }));
  const words = "/usr/bin/snapt relay run --config /etc/snapt/relay.yaml --state /var/lib/snapt";
  assert(unit.includes(`\nExecStart=${words}\n`), unit);
  assert(unit.includes("\nStateDirectory=snapt\n") && !unit.includes("ReadWritePaths"), unit);
  assert(unit.includes("\nDocumentation=man:snapt(8)\n"), unit);
  assert(unit.startsWith("# Written by `snapt relay service install`"), unit);
});

Deno.test("a unit of a user waits for nothing that his manager does not know, and may use sudo", () => {
  const unit = systemdUnit(testPlan({ program: "cnapt", scope: "user", runAs: null }));
  assert(unit.includes("WantedBy=default.target"), unit);
  for (const absent of ["network-online", "User=", "NoNewPrivileges", "RequiresMountsFor"]) {
    assert(!unit.includes(absent), absent);
  }
});

Deno.test("a unit of the machine sees homes only where it is in one, and has the named rights", () => {
  assert(systemdUnit(testPlan()).includes("\nProtectHome=yes\n"));
  const atHome = systemdUnit(testPlan({ configFile: "/home/me/snapt.yaml" }));
  assert(!atHome.includes("ReadWritePaths"), atHome); // systemd lets it write its usual folder
  assert(atHome.includes("\nProtectHome=read-only\n"), atHome);
  const low = systemdUnit(testPlan({ capabilities: ["CAP_NET_BIND_SERVICE"] }));
  assert(low.includes("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"), low);
});

for (
  const differs of [
    {},
    { scope: "user", program: "cnapt", runAs: null },
    { capabilities: ["CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN"] },
    { program: "snapt-relay" },
  ] as const
) {
  Deno.test({
    name: `systemd accepts a unit without a word where it differs in ${JSON.stringify(differs)}`,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        const program = `${folder}/a b 50% $c`;
        await Deno.writeTextFile(program, "#!/bin/sh\n", { mode: 0o755 });
        const file = `${folder}/trial.service`;
        const runAs = "scope" in differs ? null : "daemon";
        const unit = systemdUnit(testPlan({ runAs, start: [program], ...differs }));
        await Deno.writeTextFile(file, unit);
        assertEquals(await saidBy(["systemd-analyze", "verify", "--man=no", file], ""), "");
        await Deno.remove(program);
        const said = await saidBy([
          "sh",
          "-c",
          'systemd-analyze verify --man=no "$0" || true',
          file,
        ], "");
        assert(said.includes(`Command ${program} is not executable`), said);
      }),
  });
}

/** Tenths: 2.0 of 10. */
const MOST_EXPOSED = 20;

for (
  const [what, unit] of [
    ["unit of the machine with a user of its own", systemdUnit(testPlan())],
    ["unit of the machine with the user root", systemdUnit(testPlan({ runAs: "root" }))],
    [
      "unit of the machine with a configuration at home",
      systemdUnit(testPlan({ configFile: "/home/me/snapt.yaml" })),
    ],
    ["unit of the package", packagedUnit()],
  ] as const
) {
  Deno.test({
    name: `systemd calls the ${what} well closed in`,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        const file = `${folder}/trial.service`;
        await Deno.writeTextFile(file, unit);
        const argv = ["systemd-analyze", "security", "--offline=true", "--no-pager"];
        await saidBy([...argv, `--threshold=${MOST_EXPOSED}`, file], "");
      }),
  });
}

Deno.test("the unit of the package is the one that is installed, and waits for a configuration", () => {
  const lines = packagedUnit().split("\n").filter((line) => !line.startsWith("#"));
  const own = systemdUnit(testPlan()).split("\n");
  assertEquals(lines.filter((line) => !own.includes(line)), [
    "ConditionPathExists=/etc/snapt/snapt.yaml",
  ]);
  // The folder of the state is there and writable by itself.
  assert(lines.includes("StateDirectory=snapt") && !lines.join().includes("ReadWritePaths"));
});
