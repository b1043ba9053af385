import {
  folderOf,
  SERVICE_DESCRIPTIONS,
  serviceCommand,
  type ServicePlan,
} from "./service_plan.ts";
import { xmlText } from "./xml_text.ts";

/** The account with few rights that services of Windows have, by its number. */
const LOCAL_SERVICE = "S-1-5-19";
/** The most that the scheduler takes. */
const RESTARTS = 255;

/** The task of the Windows Task Scheduler for `plan`, as `schtasks /create /xml` takes it. */
export function windowsTask(plan: ServicePlan): string {
  const { program, scope, runAs } = plan;
  const [command = "", ...args] = serviceCommand(plan);
  const user = runAs === null ? "" : `\n      <UserId>${xmlText(runAs)}</UserId>`;
  const trigger = scope === "user" ? "LogonTrigger" : "BootTrigger";
  const triggerUser = scope === "user" ? user : "";
  const principal = scope === "user"
    ? `${user}\n      <LogonType>InteractiveToken</LogonType>`
    : runAs === null
    ? `\n      <UserId>${LOCAL_SERVICE}</UserId>`
    : `${user}\n      <LogonType>S4U</LogonType>`; // without a password
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xmlText(SERVICE_DESCRIPTIONS[program])}</Description>
    <URI>\\${program}</URI>
  </RegistrationInfo>
  <Triggers>
    <${trigger}>
      <Enabled>true</Enabled>${triggerUser}
    </${trigger}>
  </Triggers>
  <Principals>
    <Principal id="Author">${principal}
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>${RESTARTS}</Count>
    </RestartOnFailure>
    <StartWhenAvailable>true</StartWhenAvailable>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(command)}</Command>
      <Arguments>${xmlText(args.map(windowsWord).join(" "))}</Arguments>
      <WorkingDirectory>${xmlText(folderOf(plan.configFile))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** The bytes of the file: little-endian UTF-16 with its mark, which `schtasks` wants. */
export function utf16Bytes(text: string): Uint8Array<ArrayBuffer> {
  const marked = `\ufeff${text}`;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < marked.length; at++) view.setUint16(at * 2, marked.charCodeAt(at), true);
  return bytes;
}

/** A word as programs of Windows split their command line: CommandLineToArgvW. */
function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  const escaped = word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${escaped}"`;
}
