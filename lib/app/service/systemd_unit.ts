import {
  programOf,
  SERVICE_DESCRIPTIONS,
  SERVICE_DESCRIPTORS,
  serviceCommand,
  type ServicePlan,
  typedFor,
} from "./service_plan.ts";

/** Folders that `ProtectHome` hides. */
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;
/** Ended with these the program would end again: wrong usage, a wrong configuration. */
const LASTING_EXITS = "2 78";

/** Whose unit it is, and what has to be there before it starts. */
export interface UnitOrigin {
  readonly head: readonly string[];
  readonly condition: string | null;
}

/** The unit of systemd for `plan`, as it stands in its file; `origin`: else that of `service install`. */
export function systemdUnit(
  plan: ServicePlan,
  origin: UnitOrigin = installed(plan.program),
): string {
  const { scope } = plan;
  const condition = origin.condition === null ? [] : [origin.condition];
  const sections = [
    origin.head,
    ["[Unit]", ...unitLines(plan), ...condition],
    ["[Service]", ...serviceLines(plan), ...(scope === "system" ? hardeningLines(plan) : [])],
    ["[Install]", `WantedBy=${scope === "user" ? "default" : "multi-user"}.target`],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function installed(program: ServicePlan["program"]): UnitOrigin {
  return {
    head: [
      `# Written by \`${
        typedFor(program)
      } service install\`, which writes it anew; changes of yours`,
      "# stay in what `systemctl edit` makes.",
    ],
    condition: null,
  };
}

function unitLines({ program, scope, start, configFile }: ServicePlan): readonly string[] {
  const lines = [
    `Description=${SERVICE_DESCRIPTIONS[program]}`,
    `Documentation=${manualOf(program)}`,
    // Its address may come later than five tries; what would last (exit 2, 78) is not tried again.
    "StartLimitIntervalSec=0",
  ];
  if (scope === "user") return lines; // its manager knows neither the network nor mounts
  const needed = [start.at(-1) ?? "", configFile].map(quoted).join(" ");
  return [
    ...lines,
    "After=network-online.target",
    "Wants=network-online.target",
    `RequiresMountsFor=${needed}`,
  ];
}

/** A relay has no page for its configuration. */
function manualOf(name: ServicePlan["program"]): string {
  const program = programOf(name);
  const page = `man:${program}(${program === "cnapt" ? 1 : 8})`;
  return name === program ? `${page} man:${program}.yaml(5)` : page;
}

function serviceLines(plan: ServicePlan): readonly string[] {
  return [
    "Type=notify",
    "NotifyAccess=main",
    `ExecStart=${commandLine(serviceCommand(plan))}`,
    "ExecReload=/bin/kill -HUP $MAINPID",
    "Restart=on-failure",
    "RestartSec=1",
    `RestartPreventExitStatus=${LASTING_EXITS}`,
    `TimeoutStopSec=${plan.stopSeconds}`,
    `LimitNOFILE=${SERVICE_DESCRIPTORS}`,
    "UMask=0077",
  ];
}

/** What the reference of the project takes away, except what this configuration needs. */
function hardeningLines(plan: ServicePlan): readonly string[] {
  const { program, runAs, configFile, stateFolder, capabilities, start } = plan;
  const isAtHome = [configFile, stateFolder, ...start.filter((word) => word.startsWith("/"))].some((
    path,
  ) => HOMES.test(path));
  const set = capabilities.join(" ");
  return [
    ...(runAs === null ? [] : [`User=${runAs.replaceAll("%", "%%")}`]),
    `StateDirectory=${programOf(program)}`,
    "StateDirectoryMode=0700",
    // systemd makes the usual folder, and lets the program write there.
    ...(stateFolder === `/var/lib/${programOf(program)}`
      ? []
      : [`ReadWritePaths=${quoted(stateFolder)}`]),
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectSystem=strict",
    `ProtectHome=${isAtHome ? "read-only" : "yes"}`,
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "RemoveIPC=yes",
    `CapabilityBoundingSet=${set}`,
    `AmbientCapabilities=${set}`,
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "# MemoryDenyWriteExecute= must stay off: V8 compiles at run time and ends at once with it.",
  ];
}

/** Words as `ExecStart` reads them back: nothing in them is a variable or a specifier. */
function commandLine([program = "", ...args]: readonly string[]): string {
  // Variables are not replaced in the first word, so a dollar there is one.
  return [quoted(program), ...args.map((arg) => quoted(arg.replaceAll("$", "$$$$")))]
    .join(" ");
}

/** Plain words stay as people would write them. */
function quoted(word: string): string {
  if (/^[\w@./:=,+-]+$/.test(word)) return word;
  return `"${word.replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%")}"`;
}
