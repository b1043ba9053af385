import type { DocumentedCommand } from "../../documented_commands.ts";
import { assert, assertEquals } from "../../assert.ts";
import { AtHome } from "../kit/at_home.ts";
import { freeAddress, PROVIDERS } from "../kit/process_pair.ts";
import { type Finished, run, Running } from "../kit/program.ts";

/** The code and the address of the documents, which are nobody's. */
const CODE = /^home\.example\.org\/(?:\w{5}-){5}\w{4}$/;
const ADDRESS = "home.example.org:7787";

/** Commands that are not simply run and end with 0; each with the reason. */
const OTHERWISE: Readonly<Record<string, { readonly why: string; readonly says?: string }>> = {
  "cnapt service": { why: "it changes this machine: service_test.ts has a scripted system" },
  "snapt service": { why: "it changes this machine: service_test.ts has a scripted system" },
  "snapt run": { why: "it asks on a terminal: first_run_test.ts sits at one" },
  "cnapt join ssh://": { why: "it sets up another machine: join_over_ssh_test.ts has one" },
  "cnapt leave ssh://": { why: "it sets up another machine: join_over_ssh_test.ts has one" },
  "snapt relay": {
    why: "it is a third machine: own_relay_test.ts has it, and what is typed there",
  },
  "snapt through": { why: "it redeems a code of that machine: own_relay_test.ts does" },
  "cnapt open": { why: "it opens a browser where there is one: open_test.ts pretends to be it" },
  "snapt open": { why: "it opens a browser where there is one: open_test.ts pretends to be it" },
  "cnapt confirm": {
    why: "CNAPT asks about no network here: confirm_test.ts has one that it asks about",
    says: "there is no question",
  },
};

/** A PC at home and a laptop, on which somebody types what a page says, one after the other. */
export class Reader implements AsyncDisposable {
  readonly #folder: string;
  readonly #server: number;
  readonly #running: Partial<Record<"cnapt" | "snapt", Running>> = {};
  #address = "";
  #code = "";
  #isInitialised = false;
  #isJoined = false;
  #network = "";

  private constructor(folder: string, server: number) {
    this.#folder = folder;
    this.#server = server;
  }

  /** `server`: the port of what the pages call ssh; it sends back what it is sent. */
  static async at(folder: string, server: number): Promise<Reader> {
    for (const name of ["server", "laptop"]) await Deno.mkdir(`${folder}/${name}`);
    const reader = new Reader(folder, server);
    const providers = PROVIDERS.map((address) => `{ address: ${address} }`).join(", ");
    const yaml = `status: ${freeAddress()}\nproviders: [${providers}]\nsites:\n`;
    await Deno.writeTextFile(reader.#file("cnapt"), yaml, { mode: 0o600 });
    return reader;
  }

  /** Does what the page says, as it is said; throws when it does not do what it should. */
  async type(typed: DocumentedCommand): Promise<void> {
    const { program, isLeftRunning, where } = typed;
    // What a page takes for granted is made before its words are put in the place of its examples.
    if (typed.args[0] === "invite") await this.#makeServer();
    if (typed.args[0] === "join") await this.#makeCode();
    const args = await this.#adapted(typed);
    const what = `${where}: ${program} ${args.join(" ")}`;
    const [name = "run"] = args;
    if (isLeftRunning && name === "run") return await this.#start(program);
    const isOverSsh = args.some((word) => word.startsWith("ssh://"));
    const otherwise = OTHERWISE[`${program} ${name}${isOverSsh ? " ssh://" : ""}`];
    if (otherwise !== undefined && otherwise.says === undefined) return;
    if (args.includes("--watch")) return; // it goes on until it is ended: watch_test.ts sits at it
    if (!["init", "invite", "join"].includes(name)) await this.#makeReady();
    const done = await this.#run(program, args);
    if (otherwise?.says !== undefined) {
      assert(done.code !== 0 && done.err.includes(otherwise.says), `${what}: ${done.err}`);
      return;
    }
    assertEquals([done.code, done.err], [0, ""], what);
    if (name === "init") {
      this.#isInitialised = true;
      await this.#edit();
    }
    if (name === "invite") {
      this.#code = args.includes("--json") ? JSON.parse(done.out).code : done.out.trim();
    }
    if (name === "join") this.#isJoined = true;
    if (name === "switch") this.#network = args[1] ?? "";
    if (name === "stdio") assertEquals(done.out, "over and out\n", what);
  }

  /** What the reader has done by now, when a page says nothing of it. */
  async #makeReady(): Promise<void> {
    await this.#makeServer();
    await this.#makeCode();
    if (!this.#isJoined) await this.#typeBefore("cnapt", "join", this.#code, "--site", "home");
    if (this.#running.cnapt === undefined) await this.#typeBefore("cnapt");
  }

  async #makeCode(): Promise<void> {
    if (this.#code !== "") return;
    await this.#makeServer();
    await this.#typeBefore("snapt", "invite", "laptop", "--address", ADDRESS);
  }

  async #makeServer(): Promise<void> {
    if (this.#running.snapt !== undefined) return;
    if (!this.#isInitialised) await this.#typeBefore("snapt", "init");
    await this.#typeBefore("snapt");
  }

  async #typeBefore(program: "cnapt" | "snapt", ...args: readonly string[]): Promise<void> {
    await this.type({ where: "before", program, args, isLeftRunning: args.length === 0 });
  }

  async #start(program: "cnapt" | "snapt"): Promise<void> {
    if (this.#running[program] !== undefined) return;
    const running = new Running(program, `${this.#folder}/${placeOf(program)}`);
    this.#running[program] = running;
    if (program === "snapt") this.#address = await running.line(/listening address=(\S+)/);
    else {
      await running.line(/ connected .*services=ssh/);
      this.#network = await running.line(/ connected .*provider=(\S+)/);
    }
  }

  async #run(program: "cnapt" | "snapt", args: readonly string[]): Promise<Finished> {
    const folder = `${this.#folder}/${placeOf(program)}`;
    const isStdio = args[0] === "stdio";
    if (program === "snapt" || isStdio) {
      return await run(program, folder, args, isStdio ? "over and out\n" : "");
    }
    return await new AtHome(this.#folder).cnapt(folder, args); // it may write where ssh reads
  }

  /** What a reader puts in the place of what stands for something in the page. */
  async #adapted({ program, args }: DocumentedCommand): Promise<readonly string[]> {
    const adapted: string[] = [];
    for (const [at, word] of args.entries()) {
      if (CODE.test(word) || (word === "-" && args[0] === "join")) adapted.push(this.#code);
      else if (word === ADDRESS) adapted.push(this.#address || freeAddress());
      else if (word === "$name" || word === "laptop7") adapted.push("laptop");
      else if (word === "%h:%p") adapted.push(`127.0.0.1:${this.#server}`);
      else if (word === "wlan0") adapted.push(await this.#otherNetwork());
      else adapted.push(args[at - 1] === "--config" ? this.#file(program) : word);
    }
    // Four rounds with a second between them say no more here than one.
    return args[0] === "ping" ? [...adapted, "--count", "1"] : adapted;
  }

  async #otherNetwork(): Promise<string> {
    await this.#makeReady();
    return PROVIDERS.find((one) => one !== this.#network) ?? "";
  }

  /** What `$EDITOR snapt.yaml` is for: ports that are free here. */
  async #edit(): Promise<void> {
    const yaml = await Deno.readTextFile(this.#file("snapt"));
    const server = `127.0.0.1:${this.#server}`;
    const edited = yaml.replace(/^listen: .*$/m, "listen: 127.0.0.1:0")
      .replace(/^status: .*$/m, `status: ${freeAddress()}\ndestinations: ["${server}"]`)
      .replace("ssh: { to: 127.0.0.1:22 }", `ssh: { to: "${server}" }`);
    await Deno.writeTextFile(this.#file("snapt"), edited);
  }

  #file(program: "cnapt" | "snapt"): string {
    return `${this.#folder}/${placeOf(program)}/${program}.yaml`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.cnapt?.[Symbol.asyncDispose]();
    await this.#running.snapt?.[Symbol.asyncDispose]();
  }
}

function placeOf(program: "cnapt" | "snapt"): string {
  return program === "snapt" ? "server" : "laptop";
}
