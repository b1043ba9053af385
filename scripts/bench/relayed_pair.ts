/** CNAPT, a relay of one's own and SNAPT behind it, and what stands beside them. */
import { Child, freePort, untilListening } from "./child.ts";
import { binary, command, find, type Relay, run, together } from "./relays.ts";

const CONNECTED_WITHIN_MS = 15_000;

/** The compiled programs, set up by their codes; no way leads past the relay. */
export class RelayedPair implements Relay {
  readonly port: number;
  readonly relay: Child;
  /** Where the relay listens, and its folder with `relay.yaml`. */
  readonly relayPort: number;
  readonly cnapt: Child;
  readonly snapt: Child;
  readonly #folder: string;

  private constructor(parts: {
    readonly port: number;
    readonly relay: Child;
    readonly relayPort: number;
    readonly cnapt: Child;
    readonly snapt: Child;
    readonly folder: string;
  }) {
    this.port = parts.port;
    this.relay = parts.relay;
    this.relayPort = parts.relayPort;
    this.cnapt = parts.cnapt;
    this.snapt = parts.snapt;
    this.#folder = parts.folder;
  }

  static async start(target: number): Promise<RelayedPair> {
    const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
    const [relayPort, status, other, port] = [freePort(), freePort(), freePort(), freePort()];
    const atRelay = ["--config", "relay.yaml"];
    await Deno.writeTextFile(`${folder}/relay.yaml`, `name: vps\nlisten: 127.0.0.1:${relayPort}\n`);
    await run(folder, "snapt", ["relay", "init", ...atRelay]);
    const relay = new Child([binary("snapt"), "relay", ...atRelay], { cwd: folder });
    await untilListening(relayPort);
    const address = ["--address", `127.0.0.1:${relayPort}`];
    const code = await run(folder, "snapt", ["relay", "invite", "home", ...address, ...atRelay]);
    await run(folder, "snapt", ["init"]);
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `listen: 127.0.0.1:0\nstatus: 127.0.0.1:${status}\n` +
        `services:\n  load: { to: 127.0.0.1:${target} }\n`,
    );
    await run(folder, "snapt", ["through", code]);
    const snapt = new Child([binary("snapt"), "run"], { cwd: folder });
    await untilListening(status);
    const invitation = await run(folder, "snapt", ["invite", "a"]);
    const service = `load=127.0.0.1:${port}`;
    await run(folder, "cnapt", ["join", invitation, "--service", service]);
    const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
    await Deno.writeTextFile(
      `${folder}/cnapt.yaml`,
      config.replace(/^status:.*$/m, `status: 127.0.0.1:${other}`),
    );
    const cnapt = new Child([binary("cnapt"), "run"], { cwd: folder });
    await untilConnected(folder);
    return new RelayedPair({ port, relay, relayPort, cnapt, snapt, folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [this.cnapt, this.snapt, this.relay]) await child[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function untilConnected(folder: string): Promise<void> {
  const signal = AbortSignal.timeout(CONNECTED_WITHIN_MS);
  for (;;) {
    const status = await run(folder, "cnapt", ["status", "--json"]).catch(() => "{}");
    if (JSON.parse(status).state === "connected") return;
    if (signal.aborted) throw new Error(`Cannot start our pair behind a relay: ${status}`);
  }
}

/**
 * Three HAProxys, one thread each: the first secures with TLS 1.3 and verifies the certificate, the
 * one in the middle reads the name in the ClientHello and carries bytes, the last ends TLS.
 */
export async function haproxyRow(target: number): Promise<Relay | null> {
  const program = await find("haproxy");
  if (program === null) return null;
  const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
  const name = "home.bench.internal";
  await command("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30".split(" "),
    ..."-subj /CN=bench -addext".split(" "),
    `subjectAltName=DNS:${name}`,
    ...["-keyout", `${folder}/last.pem.key`, "-out", `${folder}/last.pem`],
  ]);
  const ports = [freePort(), freePort(), freePort()] as const;
  const [port, middle, last] = ports;
  const common = `
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
`;
  const tls = `ssl verify required ca-file ${folder}/last.pem sni str(${name}) force-tlsv13`;
  const files = {
    near: `listen near\n  bind 127.0.0.1:${port}\n  server next 127.0.0.1:${middle} ${tls}\n`,
    middle: `frontend middle
  bind 127.0.0.1:${middle}
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 }
  use_backend home if { req.ssl_sni -i ${name} }
backend home
  server next 127.0.0.1:${last}
`,
    far: `listen far
  bind 127.0.0.1:${last} ssl crt ${folder}/last.pem
  server next 127.0.0.1:${target}
`,
  };
  const children: Child[] = [];
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${file}.cfg`, common + text);
    children.push(new Child([program, "-db", "-q", "-f", `${folder}/${file}.cfg`]));
  }
  await Promise.all(ports.map(untilListening));
  return together(port, children, folder);
}
