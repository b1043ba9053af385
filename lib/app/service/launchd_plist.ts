import { SERVICE_DESCRIPTORS, serviceCommand, type ServicePlan } from "./service_plan.ts";
import { xmlText } from "./xml_text.ts";

/** What launchd calls the service of a program. */
export function launchdLabel(program: ServicePlan["program"]): string {
  return `local.${program}`;
}

/** Where launchd puts what the program says. */
export function launchdLog(
  { program, scope, home }: Pick<ServicePlan, "program" | "scope" | "home">,
): string {
  return scope === "user" ? `${home}/Library/Logs/${program}.log` : `/Library/Logs/${program}.log`;
}

/** 0077: what the program writes is for its user only. */
const UMASK = 63;

/** The property list of launchd for `plan`. */
export function launchdPlist(plan: ServicePlan): string {
  const log = xmlText(launchdLog(plan));
  const words = serviceCommand(plan).map((word) => `    <string>${xmlText(word)}</string>`);
  const user = plan.runAs === null
    ? []
    : ["  <key>UserName</key>", `  <string>${xmlText(plan.runAs)}</string>`];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    "  <key>Label</key>",
    `  <string>${launchdLabel(plan.program)}</string>`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    ...words,
    "  </array>",
    ...user,
    "  <key>RunAtLoad</key>",
    "  <true/>",
    "  <key>KeepAlive</key>",
    "  <dict>",
    "    <key>SuccessfulExit</key>",
    "    <false/>",
    "  </dict>",
    "  <key>ExitTimeOut</key>",
    `  <integer>${plan.stopSeconds}</integer>`,
    "  <key>SoftResourceLimits</key>",
    "  <dict>",
    "    <key>NumberOfFiles</key>",
    `    <integer>${SERVICE_DESCRIPTORS}</integer>`,
    "  </dict>",
    "  <key>Umask</key>",
    `  <integer>${UMASK}</integer>`,
    "  <key>StandardOutPath</key>",
    `  <string>${log}</string>`,
    "  <key>StandardErrorPath</key>",
    `  <string>${log}</string>`,
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}
