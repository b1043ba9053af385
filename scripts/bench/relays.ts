import { fileURLToPath } from "node:url";
import { Child, freePort, untilListening } from "./child.ts";

/** A relay under test: connect to `port` to reach the target behind it. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Where that is, if not on loopback, and what lets a command run where it is reached. */
  readonly place?: { readonly host: string; readonly enter: readonly string[] };
}

/** Starts a relay towards a port; null when the program is not installed. */
export type StartRelay = (target: number) => Promise<Relay | null>;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** CNAPT and SNAPT as a user starts them: the compiled programs, paired by their commands. */
export function ownPair(
  security: "tls" | "none",
  via: "any" | "device" = "any",
  protocol: "tcp" | "udp" = "tcp",
): StartRelay {
  return async (target) => await OwnPair.start(security, target, via, protocol);
}

export class OwnPair implements Relay {
  readonly port: number;
  readonly cnapt: Child;
  readonly snapt: Child;
  readonly #folder: string;

  private constructor(port: number, cnapt: Child, snapt: Child, folder: string) {
    this.port = port;
    this.cnapt = cnapt;
    this.snapt = snapt;
    this.#folder = folder;
  }

  static async start(
    security: "tls" | "none",
    target: number,
    via: "any" | "device",
    protocol: "tcp" | "udp" = "tcp",
  ): Promise<OwnPair> {
    const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
    const [listen, status, other, port] = [freePort(), freePort(), freePort(), freePort()];
    await run(folder, "snapt", ["init"]);
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `listen: "127.0.0.1:${listen}"\nstatus: 127.0.0.1:${status}\nsecurity: ${security}\n` +
        `services:\n  load: { to: 127.0.0.1:${target}, protocol: ${protocol} }\n`,
    );
    const invite = ["invite", "a", "--offline", "--address", `127.0.0.1:${listen}`];
    const ticket = await run(folder, "snapt", invite);
    await run(folder, "cnapt", ["join", ticket, "--service", `load=127.0.0.1:${port}/${protocol}`]);
    const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
    const providers = via === "device" ? "providers:\n  - { interface: lo }\n" : "";
    await Deno.writeTextFile(
      `${folder}/cnapt.yaml`,
      config.replace(/^status:.*$/m, `status: 127.0.0.1:${other}`) + providers,
    );
    const snapt = new Child([binary("snapt"), "run"], { cwd: folder });
    await untilListening(listen);
    const cnapt = new Child([binary("cnapt"), "run"], { cwd: folder });
    const pair = new OwnPair(port, cnapt, snapt, folder);
    await pair.#untilConnected();
    return pair;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cnapt[Symbol.asyncDispose]();
    await this.snapt[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Where CNAPT's page is, and what opens it. */
  async page(): Promise<{ readonly port: number; readonly token: string }> {
    const url = new URL((await run(this.#folder, "cnapt", ["open", "--print"])).trim());
    return { port: Number(url.port), token: url.hash.replace("#token=", "") };
  }

  async #untilConnected(): Promise<void> {
    const signal = AbortSignal.timeout(15_000);
    for (;;) {
      const status = await run(this.#folder, "cnapt", ["status", "--json"]).catch(() => "{}");
      if (JSON.parse(status).state === "connected") return;
      if (signal.aborted) throw new Error(`Cannot start our pair: ${status}`);
    }
  }
}

/** Two HAProxys in a row, one thread each, otherwise as they come. */
export const haproxyPair: StartRelay = async (target: number): Promise<Relay | null> => {
  const configure = (port: number, to: number) => `
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen relay
  bind 127.0.0.1:${port}
  server next 127.0.0.1:${to}
`;
  return await inARow("haproxy", target, {
    configure,
    argv: (program, file) => [program, "-db", "-q", "-f", file],
  });
};

/** Two stunnels: a client and a server, TLS 1.3, the certificate verified. */
export const stunnelPair: StartRelay = async (target: number): Promise<Relay | null> => {
  const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
  await command("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    `${folder}/key.pem`,
    "-out",
    `${folder}/cert.pem`,
    "-days",
    "30",
    "-subj",
    "/CN=bench",
  ]);
  const configure = (port: number, to: number, role: "client" | "server") =>
    `foreground = yes\npid =\nsslVersion = TLSv1.3\n[relay]\naccept = 127.0.0.1:${port}\n` +
    `connect = 127.0.0.1:${to}\n` +
    (role === "client"
      ? `client = yes\nverifyPeer = yes\nCAfile = ${folder}/cert.pem\n`
      : `cert = ${folder}/cert.pem\nkey = ${folder}/key.pem\n`);
  return await inARow(
    "stunnel",
    target,
    { configure, argv: (program, file) => [program, file] },
    folder,
  );
};

/** Two socats in a row. */
export const socatPair: StartRelay = async (target: number): Promise<Relay | null> => {
  const program = await find("socat");
  if (program === null) return null;
  const [port, middle] = [freePort(), freePort()];
  const relay = (from: number, to: number) =>
    new Child([
      program,
      `TCP-LISTEN:${from},fork,reuseaddr,bind=127.0.0.1,nodelay`,
      `TCP:127.0.0.1:${to},nodelay`,
    ]);
  const children = [relay(middle, target), relay(port, middle)];
  await Promise.all([untilListening(port), untilListening(middle)]);
  return together(port, children);
};

/** Two socats in a row, for datagrams. */
export const socatDatagramPair: StartRelay = async (target: number): Promise<Relay | null> => {
  const program = await find("socat");
  if (program === null) return null;
  const [port, middle] = [freePort(), freePort()];
  const relay = (from: number, to: number) =>
    new Child([program, `UDP4-LISTEN:${from},fork,bind=127.0.0.1`, `UDP4:127.0.0.1:${to}`]);
  const children = [relay(middle, target), relay(port, middle)];
  await new Promise((resolve) => setTimeout(resolve, 500)); // they do not say when they listen
  return together(port, children);
};

/** Two of the least that a relay on Deno can be. */
export const bareDenoPair: StartRelay = async (target: number): Promise<Relay> => {
  const script = fileURLToPath(new URL("./bare_relay.ts", import.meta.url));
  const [port, middle] = [freePort(), freePort()];
  const relay = (from: number, to: number) =>
    new Child(
      [Deno.execPath(), "run", "-q", "--no-config", "-A", script, `${from}`, `${to}`],
      { stderr: "inherit" },
    );
  const children = [relay(middle, target), relay(port, middle)];
  await Promise.all([untilListening(port), untilListening(middle)]);
  return together(port, children);
};

/** `ssh -L` to an sshd of our own on loopback. */
export const sshForward: StartRelay = async (target: number): Promise<Relay | null> => {
  const [sshd, ssh] = [await find("sshd"), await find("ssh")];
  if (sshd === null || ssh === null) return null;
  const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
  for (const name of ["host", "user"]) {
    await command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/${name}`]);
  }
  await Deno.copyFile(`${folder}/user.pub`, `${folder}/authorized`);
  const [listen, port] = [freePort(), freePort()];
  await Deno.writeTextFile(
    `${folder}/sshd_config`,
    `ListenAddress 127.0.0.1:${listen}\nHostKey ${folder}/host\nPidFile none\nUsePAM no\n` +
      `AuthorizedKeysFile ${folder}/authorized\nStrictModes no\nPermitRootLogin yes\n`,
  );
  await Deno.mkdir("/run/sshd", { recursive: true }).catch(() => {});
  const server = new Child([sshd, "-D", "-f", `${folder}/sshd_config`]);
  await untilListening(listen);
  const client = new Child([
    ssh,
    "-N",
    "-p",
    `${listen}`,
    "-i",
    `${folder}/user`,
    "-o",
    "StrictHostKeyChecking=no",
    "-o",
    "UserKnownHostsFile=/dev/null",
    "-L",
    `127.0.0.1:${port}:127.0.0.1:${target}`,
    "127.0.0.1",
  ]);
  await untilListening(port);
  return together(port, [client, server], folder);
};

async function inARow(
  name: string,
  target: number,
  { configure, argv }: {
    readonly configure: (port: number, to: number, role: "client" | "server") => string;
    readonly argv: (program: string, file: string) => readonly string[];
  },
  folder?: string,
): Promise<Relay | null> {
  const program = await find(name);
  if (program === null) return null;
  const place = folder ?? await Deno.makeTempDir({ prefix: "cnapt-bench-" });
  const [port, middle] = [freePort(), freePort()];
  await Deno.writeTextFile(`${place}/near.conf`, configure(port, middle, "client"));
  await Deno.writeTextFile(`${place}/far.conf`, configure(middle, target, "server"));
  const children = ["near", "far"].map((one) => new Child(argv(program, `${place}/${one}.conf`)));
  await Promise.all([untilListening(port), untilListening(middle)]);
  return together(port, children, place);
}

/** A relay of several programs, which are ended with it. */
export function together(port: number, children: readonly Child[], folder?: string): Relay {
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const child of children) await child[Symbol.asyncDispose]();
      if (folder !== undefined) await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Where an installed program is; null: nowhere. */
export async function find(program: string): Promise<string | null> {
  for (const folder of ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/sbin", "/bin"]) {
    const path = `${folder}/${program}`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  return null;
}

/** The compiled program. */
export function binary(program: "cnapt" | "snapt"): string {
  return `${ROOT}dist/${program}-${Deno.build.target}`;
}

/** Runs a command of ours in `cwd`, where its configuration is; returns what it says. */
export async function run(
  cwd: string,
  program: "cnapt" | "snapt",
  args: string[],
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(binary(program), {
    args,
    cwd,
    env: { CNAPT_CONFIG: "cnapt.yaml", SNAPT_CONFIG: "snapt.yaml" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot run ${program} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout).trim();
}

/** Runs a program to its end. */
export async function command(program: string, args: string[]): Promise<void> {
  const { code } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" })
    .output();
  if (code !== 0) throw new Error(`Cannot run ${program}: it ended with ${code}`);
}
