import { type Finished, type Launch, type ProgramName, run, Running } from "./program.ts";

/** The two addresses that stand for two networks. */
export const PROVIDERS = ["127.0.0.2", "127.0.0.3"] as const;

const TWO_ADDRESSES = PROVIDERS.map((one) => `{ address: ${one} }`).join(", ");

/** What the configuration files have besides what each needs. */
export interface PairFiles {
  /** Settings of CNAPT, each line with its end. */
  readonly cnaptYaml?: string;
  /** Where SNAPT's status endpoint is, or `off`. */
  readonly status?: string;
  /** Settings of the service, each after a comma. */
  readonly service?: string;
  /** Where CNAPT offers it, `/udp` behind it where it is one for datagrams. */
  readonly listen?: string;
  /** The entries of `providers:`; the two addresses when nothing is said. */
  readonly providers?: string;
  /** Lines of snapt.yaml. */
  readonly snaptYaml?: string;
  /** How the two programs are started, when not from the sources. */
  readonly launch?: Launch;
}

/** SNAPT and CNAPT as two processes on loopback, set up with the commands that people use. */
export class ProcessPair implements AsyncDisposable {
  readonly snaptFolder: string;
  readonly cnaptFolder: string;
  readonly snapt: Running;
  readonly cnapt: Running;
  /** Where applications reach the service. */
  readonly servicePort: number;

  private constructor(
    parts: Pick<
      ProcessPair,
      "snaptFolder" | "cnaptFolder" | "snapt" | "cnapt" | "servicePort"
    >,
  ) {
    this.snaptFolder = parts.snaptFolder;
    this.cnaptFolder = parts.cnaptFolder;
    this.snapt = parts.snapt;
    this.cnapt = parts.cnapt;
    this.servicePort = parts.servicePort;
  }

  /** Starts both in folders of `folder` and waits until they are connected. */
  static async start(
    folder: string,
    serverPort: number,
    files: PairFiles = {},
  ): Promise<ProcessPair> {
    const { status = freeAddress(), service = "", snaptYaml = "", launch } = files;
    const [snaptFolder, cnaptFolder] = [`${folder}/server`, `${folder}/laptop`];
    await Promise.all([snaptFolder, cnaptFolder].map((one) => Deno.mkdir(one)));
    await Deno.writeTextFile(
      `${snaptFolder}/snapt.yaml`,
      `name: home\nlisten: 127.0.0.1:0\nstatus: ${status}\n` +
        `services: { echo: { to: "127.0.0.1:${serverPort}"${service} } }\n${snaptYaml}`,
    );
    expectDone(await run("snapt", snaptFolder, ["init"]));
    const snapt = new Running("snapt", snaptFolder, [], launch);
    try {
      const address = await snapt.line(/listening address=(\S+)/);
      // Without TLS there are no codes.
      const offline = /^security: none$/m.test(snaptYaml) ? ["--offline"] : [];
      const invite = ["invite", "laptop", "--address", address, ...offline];
      const { out } = expectDone(await run("snapt", snaptFolder, invite));
      await Deno.writeTextFile(
        `${cnaptFolder}/cnapt.yaml`,
        `status: ${freeAddress()}\n` +
          `providers: [${files.providers ?? TWO_ADDRESSES}]\n${files.cnaptYaml ?? ""}sites:\n`,
        { mode: 0o600 },
      );
      const join = ["join", "-", "--service", `echo=${files.listen ?? "127.0.0.1:0"}`];
      expectDone(await run("cnapt", cnaptFolder, join, out));
      const cnapt = new Running("cnapt", cnaptFolder, [], launch);
      try {
        const servicePort = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
        await cnapt.line(/ connected .*services=echo/);
        return new ProcessPair({ snaptFolder, cnaptFolder, snapt, cnapt, servicePort });
      } catch (error) {
        await cnapt[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      await snapt[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a command beside the program that runs. */
  async command(name: ProgramName, ...args: readonly string[]): Promise<Finished> {
    return await run(name, name === "snapt" ? this.snaptFolder : this.cnaptFolder, args);
  }

  /** An application connects to the service. */
  async connect(): Promise<Deno.TcpConn> {
    return await Deno.connect({ hostname: "127.0.0.1", port: this.servicePort });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cnapt[Symbol.asyncDispose]();
    await this.snapt[Symbol.asyncDispose]();
  }
}

/** An address of this machine that is free now, with a host that hardly anybody else uses. */
export function freeAddress(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const hostname = Deno.build.os === "linux" ? `127.77.${a}.${b}` : "127.0.0.1";
  using listener = Deno.listen({ hostname, port: 0 });
  return `${hostname}:${listener.addr.port}`;
}

function expectDone(finished: Finished): Finished {
  if (finished.code === 0) return finished;
  throw new Error(`Cannot set up the pair: ${finished.code} ${finished.err}`);
}
