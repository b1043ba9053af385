/** OpenSSH's server as whoever runs the tests, on a port of its own, and the client that trusts it. */
import { lacksProgram } from "../../lacks_program.ts";
import { TextLineStream } from "./text_lines.ts";

const START_MS = 20_000;
const PROGRAMS = ["ssh", "scp", "sshd", "ssh-keygen"] as const;
const SSHD = "/usr/sbin/sshd";

/** Whether something is missing that these tests need; says so. */
export function lacksOpenSsh(tests: string): boolean {
  if (PROGRAMS.some((name) => name !== "sshd" && lacksProgram(name, tests))) return true;
  try {
    Deno.statSync(SSHD);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`SKIPPED ${tests}: ${SSHD} is not on this machine`);
    return true;
  }
  if (Deno.uid() !== 0 || isUnshared()) return false;
  console.log(
    `SKIPPED ${tests}: root's sshd wants a /run of its own, and no namespace can be made`,
  );
  return true;
}

/** An sshd, and what its client needs: a key, and the options that know it. */
export class OwnSshd implements AsyncDisposable {
  readonly port: number;
  /** For the client, beside its configuration. */
  readonly options: readonly string[];
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  private constructor(
    port: number,
    folder: string,
    child: Deno.ChildProcess,
    reading: Promise<void>,
  ) {
    this.port = port;
    this.#child = child;
    this.#reading = reading;
    const settings = [
      `IdentityFile="${folder}/key"`,
      "IdentitiesOnly=yes",
      `UserKnownHostsFile="${folder}/known"`,
      "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=accept-new",
      "BatchMode=yes",
      "LogLevel=ERROR",
    ];
    this.options = settings.flatMap((setting) => ["-o", setting]);
  }

  /** `folder`: for its keys; without spaces. */
  static async start(folder: string): Promise<OwnSshd> {
    for (const name of ["host", "key"]) {
      await done("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/${name}`]);
    }
    using probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = probe.addr;
    probe.close();
    await Deno.writeTextFile(
      `${folder}/sshd_config`,
      `ListenAddress 127.0.0.1:${port}\nHostKey ${folder}/host\n` +
        `AuthorizedKeysFile ${folder}/key.pub\nStrictModes no\nUsePAM no\n` +
        "PasswordAuthentication no\nPidFile none\nPrintMotd no\nSubsystem sftp internal-sftp\n",
    );
    const sshd = [SSHD, "-D", "-e", "-f", `${folder}/sshd_config`];
    const [command = "", ...args] = Deno.uid() === 0
      ? [...UNSHARED, 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"', "sh", ...sshd]
      : sshd;
    const child = new Deno.Command(command, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    })
      .spawn();
    const listening = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const line of child.stderr.pipeThrough(new TextLineStream())) {
        if (line.includes("Server listening")) listening.resolve();
      }
      listening.reject(new Error("sshd ended"));
    })();
    const limit = setTimeout(() => child.kill("SIGKILL"), START_MS);
    await listening.promise.finally(() => clearTimeout(limit));
    return new OwnSshd(port, folder, child, reading);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#reading;
  }
}

/** A mount namespace: what is mounted there nobody else sees. */
const UNSHARED = ["unshare", "--mount", "--propagation", "private", "sh", "-ec"] as const;

function isUnshared(): boolean {
  const [command, ...args] = UNSHARED;
  try {
    return new Deno.Command(command, { args: [...args, "mount -t tmpfs tmpfs /run"] })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function done(command: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
