import type { FinishedCommand, RunOptions } from "../kit/finished_command.ts";
import { type Host, LAB_USER } from "../kit/host.ts";
import { findProgram } from "../kit/lab_mode.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

/** What has to be installed. */
export const OPEN_SSH_PROGRAMS: readonly string[] = ["sshd", "ssh", "scp", "ssh-keygen"];
export const SSH_PORT = 2222;

/** sshd wants its whole path, because it runs itself again for each connection. */
async function sshdPath(): Promise<string> {
  return await findProgram("sshd") ?? "/usr/sbin/sshd";
}

/** What a server has beside what it needs. */
export interface SshServerSettings {
  /** Lines of sshd_config. */
  readonly settings: string;
  /** Before the key in authorized_keys. */
  readonly keyOptions: string;
}

/**
 * Starts sshd as the ordinary user of a host, who can then log in as himself, with the key of the
 * client's user.
 */
export async function startSshServer(
  server: Host,
  client: Host,
  port = SSH_PORT,
  { settings, keyOptions }: SshServerSettings = { settings: "", keyOptions: "" },
): Promise<LabProcess> {
  const hostKey = `${server.home}/host_key`;
  const keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f"];
  await server.run([...keygen, hostKey]);
  await client.run([...keygen, keyOf(client)]);
  const authorized = `${server.home}/authorized_keys`;
  const config = `${server.home}/sshd_config`;
  const { stdout: key } = await client.run(["cat", `${keyOf(client)}.pub`]);
  await server.run(["tee", authorized], { input: `${keyOptions} ${key}` });
  await server.run(["tee", config], {
    input: `ListenAddress 0.0.0.0
Port ${port}
HostKey ${hostKey}
AuthorizedKeysFile ${authorized}
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
PrintMotd no
Subsystem sftp internal-sftp
${settings}
`,
  });
  const process = server.start([await sshdPath(), "-D", "-e", "-f", config]);
  await process.waitFor(/Server listening/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Logs in and gives what is on the terminal; type with `write`. */
export function startSshShell(
  client: Host,
  target: Target,
  options: readonly string[] = [],
): LabProcess {
  const argv = [
    "ssh",
    "-tt",
    ...sshOptions(client),
    ...options,
    "-p",
    `${target.port}`,
    at(target),
  ];
  return client.start(argv);
}

/** Runs a command on the server. */
export function runOverSsh(
  client: Host,
  target: Target,
  command: string,
  options: RunOptions = {},
): Promise<FinishedCommand> {
  const argv = ["ssh", ...sshOptions(client), "-p", `${target.port}`, at(target), command];
  return client.run(argv, options);
}

/** Copies a file to the server (`to`) or from it (`from`). */
export function startScp(
  client: Host,
  target: Target,
  direction: "to" | "from",
  { local, remote }: { readonly local: string; readonly remote: string },
): LabProcess {
  const far = `${at(target)}:${remote}`;
  const files = direction === "to" ? [local, far] : [far, local];
  return client.start(["scp", "-q", ...sshOptions(client), "-P", `${target.port}`, ...files]);
}

function sshOptions(client: Host): readonly string[] {
  const settings = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "BatchMode=yes",
    "LogLevel=ERROR",
  ];
  return ["-F", "none", "-i", keyOf(client), ...settings.flatMap((setting) => ["-o", setting])];
}

/** The key of the client's user. */
export function keyOf(client: Host): string {
  return `${client.home}/client_key`;
}

function at(target: Target): string {
  return `${LAB_USER}@${target.host}`;
}
