import { launchdLabel, launchdLog, launchdPlist } from "./launchd_plist.ts";
import {
  type Answer,
  launchdFacts,
  type ServiceFacts,
  SYSTEMD_PROPERTIES,
  systemdFacts,
  windowsFacts,
} from "./service_facts.ts";
import type { ServicePlan, ServiceScope } from "./service_plan.ts";
import { systemdUnit } from "./systemd_unit.ts";
import { utf16Bytes, windowsTask } from "./windows_task.ts";

/** One call of a program of the system. */
export type Step = readonly string[];

/** What is known of the machine and of who is at work. */
export interface ServicePlace {
  readonly os: typeof Deno.build.os;
  readonly scope: ServiceScope;
  readonly program: ServicePlan["program"];
  readonly home: string;
  /** Null on Windows. */
  readonly uid: number | null;
  /** `$XDG_CONFIG_HOME`, or on Windows the folder of the data of programs. */
  readonly configHome: string | null;
}

/** How the system of this machine keeps services: where the file lies, and what is called when. */
export interface ServiceSteps {
  readonly manager: "systemd" | "launchd" | "the Task Scheduler";
  readonly file: string;
  text(plan: ServicePlan): string;
  bytes(text: string): Uint8Array<ArrayBuffer>;
  /** Whether the manager is at work here. */
  readonly presence: Step;
  /** After the file was written. */
  readonly registration: readonly Step[];
  /** Lets it start with the machine, before anybody logs in; null: it does. */
  readonly lingering: Step | null;
  readonly removal: { readonly before: readonly Step[]; readonly after: readonly Step[] };
  readonly start: Step;
  readonly stop: Step;
  /** For people. */
  readonly status: Step;
  /** The same for programs. */
  readonly facts: Step;
  readFacts(answer: Answer): ServiceFacts;
  /** Null: the system keeps nothing of what programs say. */
  readonly logs: Step | null;
}

export function serviceSteps(place: ServicePlace): ServiceSteps {
  switch (place.os) {
    case "darwin":
      return launchdSteps(place);
    case "windows":
      return windowsSteps(place);
    default:
      return systemdSteps(place);
  }
}

function systemdSteps({ scope, program, home, configHome }: ServicePlace): ServiceSteps {
  const whose = scope === "user" ? ["--user"] : [];
  const unit = `${program}.service`;
  const systemctl = (...words: readonly string[]) => ["systemctl", ...whose, ...words];
  const folder = scope === "user"
    ? `${configHome ?? `${home}/.config`}/systemd/user`
    : "/etc/systemd/system";
  return {
    manager: "systemd",
    file: `${folder}/${unit}`,
    text: systemdUnit,
    bytes: utf8,
    presence: systemctl("is-system-running"),
    registration: [systemctl("daemon-reload"), systemctl("enable", unit)],
    lingering: scope === "user" ? ["loginctl", "enable-linger"] : null,
    removal: {
      before: [systemctl("disable", "--now", unit)],
      after: [systemctl("daemon-reload")],
    },
    start: systemctl("start", unit),
    stop: systemctl("stop", unit),
    status: systemctl("--no-pager", "status", unit),
    facts: systemctl("show", `--property=${SYSTEMD_PROPERTIES.join(",")}`, unit),
    readFacts: systemdFacts,
    logs: ["journalctl", ...whose, "--unit", unit, "--no-pager", "--lines", "100"],
  };
}

function launchdSteps({ scope, program, home, uid }: ServicePlace): ServiceSteps {
  const domain = scope === "user" ? `gui/${uid ?? 0}` : "system";
  const label = launchdLabel(program);
  const folder = scope === "user" ? `${home}/Library/LaunchAgents` : "/Library/LaunchDaemons";
  const file = `${folder}/${label}.plist`;
  const stop = ["launchctl", "bootout", `${domain}/${label}`];
  return {
    manager: "launchd",
    file,
    text: launchdPlist,
    bytes: utf8,
    presence: ["launchctl", "version"],
    registration: [], // it reads the folder when the user logs in or the machine starts
    lingering: null,
    removal: { before: [stop], after: [] },
    start: ["launchctl", "bootstrap", domain, file],
    stop,
    status: ["launchctl", "print", `${domain}/${label}`],
    facts: ["launchctl", "print", `${domain}/${label}`],
    readFacts: launchdFacts,
    logs: ["tail", "-n", "100", launchdLog({ program, scope, home })],
  };
}

function windowsSteps({ program, home, configHome }: ServicePlace): ServiceSteps {
  const file = `${configHome ?? home}\\${program}\\${program}-task.xml`;
  const named = ["/tn", program];
  return {
    manager: "the Task Scheduler",
    file,
    text: windowsTask,
    bytes: utf16Bytes,
    presence: ["schtasks", "/query", "/fo", "list"],
    registration: [["schtasks", "/create", ...named, "/xml", file, "/f"]],
    lingering: null,
    removal: { before: [["schtasks", "/delete", ...named, "/f"]], after: [] },
    start: ["schtasks", "/run", ...named],
    stop: ["schtasks", "/end", ...named],
    status: ["schtasks", "/query", ...named, "/v", "/fo", "list"],
    facts: ["schtasks", "/query", ...named, "/v", "/fo", "csv", "/nh"],
    readFacts: windowsFacts,
    logs: null,
  };
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
