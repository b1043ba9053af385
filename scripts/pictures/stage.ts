/** What is shown in the pictures: two laptops at a server with services, and what happens to them. */
import type { Host } from "../../tests/lab/kit/host.ts";
import { Lab } from "../../tests/lab/kit/lab.ts";
import { productCommand, type ProductProgram } from "../../tests/lab/kit/product.ts";
import { SSH_PORT, startSshServer, startSshShell } from "../../tests/lab/programs/open_ssh.ts";
import { Terminal, type TerminalSize } from "./terminal.ts";

const START_LIMIT_MS = 30_000;
const FILM_PORT = 8080;
const SSH_HERE = { host: "127.0.0.1", port: 2022 } as const;
const FILM_HERE = { host: "127.0.0.1", port: 8888 } as const;
/** About 400 kB/s for as long as somebody looks: what a film needs, and not in bursts. */
const FILM = "while sleep 0.05; do head -c 20000 /dev/urandom; done";
const KNOCKS = 3;
/** Somebody at a shell, or a program there, says something so often. */
const SHELL_LOOP = "while sleep 0.4; do date; done\n";

export class Stage implements AsyncDisposable {
  readonly lab: Lab;
  readonly server: Host;
  readonly laptop: Host;

  private constructor(lab: Lab) {
    this.lab = lab;
    this.server = lab.server;
    this.laptop = lab.laptop;
  }

  /** Makes the networks and starts SNAPT; CNAPT has joined and does not run yet. */
  static async set(): Promise<Stage> {
    const lab = await Lab.create({
      mode: "root",
      wires: {
        a: { delayMs: 5, jitterMs: 1, rateMbit: 200 },
        b: { delayMs: 16, jitterMs: 4, rateMbit: 60, loss: 0.002 },
      },
    });
    const stage = new Stage(lab);
    const { server, laptop } = stage;
    await Promise.all([
      startSshServer(server, laptop),
      ...[server, laptop].map((host) => stage.#putPrograms(host)),
    ]);
    const film = ["socat", `TCP-LISTEN:${FILM_PORT},fork,reuseaddr`, `SYSTEM:${FILM}`];
    server.start(film);
    await stage.run(server, "snapt", [
      ...["init", "--yes", "--service", `ssh=127.0.0.1:${SSH_PORT}`],
      ...["--service", `film=127.0.0.1:${FILM_PORT}`],
    ]);
    const config = `${server.home}/.config/snapt/snapt.yaml`;
    await server.run(["sed", "-i", "s/^# name: home$/name: home/", config]);
    return stage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }

  /** Runs a command of the programs to its end. */
  async run(host: Host, program: ProductProgram, args: readonly string[]): Promise<string> {
    const argv = [...productCommand(this.lab.places, program), ...args];
    return (await host.run(argv, { limitMs: START_LIMIT_MS })).stdout;
  }

  /** A terminal on which the programs are found by their names. */
  terminal(host: Host, name: string, size: TerminalSize): Promise<Terminal> {
    const path = `${host.home}/bin:/usr/local/bin:/usr/bin:/bin`;
    return Terminal.open(host, name, size, { PATH: path, HOME: host.home, USER: "me" });
  }

  /** Invites a laptop and has it join. */
  async join(host: Host, name: string): Promise<void> {
    const address = `${this.lab.serverAddress}:7787`;
    const code = await this.run(this.server, "snapt", ["invite", name, "--address", address]);
    await this.run(host, "cnapt", [
      ...["join", code.trim(), "--site", "home"],
      ...["--service", `ssh=${SSH_HERE.host}:${SSH_HERE.port}`],
      ...["--service", `film=${FILM_HERE.host}:${FILM_HERE.port}`],
    ]);
  }

  /** A second laptop, elsewhere, which runs at once and has a shell open. */
  async startDesk(): Promise<void> {
    const desk = await this.lab.addHost("desk", {
      behind: this.lab.hosts.internet,
      interface: "desk",
      gateway: "198.18.0.1",
      address: "198.18.0.7",
    });
    await this.#putPrograms(desk);
    await this.join(desk, "desk");
    const cnapt = desk.start([...productCommand(this.lab.places, "cnapt"), "run"]);
    await cnapt.waitFor(/connected/, AbortSignal.timeout(START_LIMIT_MS));
    this.#watchFilm(desk);
  }

  /** The connections whose fate is watched: a shell in which something goes on, and a film. */
  async work(): Promise<void> {
    const shell = startSshShell(this.laptop, SSH_HERE);
    await shell.write(SHELL_LOOP);
    this.#watchFilm(this.laptop);
  }

  /** Somebody in the Internet tries what is there, as they do everywhere. */
  async knock(): Promise<void> {
    const { internet } = this.lab.hosts;
    const once =
      `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | socat -t 2 - TCP:${this.lab.serverAddress}:7787`;
    await internet.run(["sh", "-c", `for i in $(seq ${KNOCKS}); do ${once}; done`], {
      mayFail: true,
    });
  }

  #watchFilm(host: Host): void {
    host.start(["socat", "-u", `TCP:${FILM_HERE.host}:${FILM_HERE.port}`, "OPEN:/dev/null"]);
  }

  async #putPrograms(host: Host): Promise<void> {
    await host.run(["mkdir", "-p", `${host.home}/bin`]);
    for (const program of ["cnapt", "snapt"] as const) {
      const path = `${host.home}/bin/${program}`;
      const argv = productCommand(this.lab.places, program).join(" ");
      await host.run(["tee", path], { input: `#!/bin/sh\nexec ${argv} "$@"\n` });
      await host.run(["chmod", "755", path]);
    }
  }
}
