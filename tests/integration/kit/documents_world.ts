import type { Documents, SchemaName } from "../../../lib/app/documents/document_table.ts";
import { assertEquals } from "../../assert.ts";
import { freeAddress, PROVIDERS } from "./process_pair.ts";
import { type ProgramName, run, Running } from "./program.ts";

/** A folder for each machine: a relay, the SNAPT behind it, and the laptop. */
type Machine = "vps" | "home" | "laptop";

const PROGRAM: Readonly<Record<Machine, ProgramName>> = {
  vps: "snapt",
  home: "snapt",
  laptop: "cnapt",
};

/** Three machines on loopback whose programs are asked with `--json`, and what was printed. */
export class DocumentsWorld {
  /** The schemas of all documents so far. */
  readonly seen = new Set<string>();
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes what each program has to be told. `noticePort`: where CNAPT tells of its path. */
  static async prepared(
    folder: string,
    ports: { readonly echo: number; readonly talk: number; readonly notices: number },
  ): Promise<DocumentsWorld> {
    const world = new DocumentsWorld(folder);
    for (const machine of ["vps", "home", "laptop"] as const) {
      await Deno.mkdir(world.at(machine));
    }
    const [used, suggested] = PROVIDERS;
    await Deno.writeTextFile(
      world.at("vps", "relay.yaml"),
      `name: vps\nlisten: "${freeAddress()}"\nstatus: ${freeAddress()}\n`,
    );
    await Deno.writeTextFile(
      world.at("home", "snapt.yaml"),
      `name: home\nlisten: 127.0.0.1:0\nstatus: "${freeAddress()}"\nclientServices: [1-65535]\n` +
        `virtual: { addresses: 127.77.66.0/24 }\n` +
        `services:\n  echo: { to: "127.0.0.1:${ports.echo}", compress: zstd }\n` +
        `  talk: { to: "127.0.0.1:${ports.talk}", protocol: udp, hold: 10s }\n`,
    );
    await Deno.writeTextFile(
      world.at("laptop", "cnapt.yaml"),
      `status: ${freeAddress()}\ndecision: { check: 100ms, search: 1s, stable: 1s }\n` +
        `providers:\n  - { address: ${used}, priority: 9 }\n` +
        `  - { address: ${suggested}, priority: 1, confirm: true }\n` +
        `notify: [{ udp: "127.0.0.1:${ports.notices}" }]\nsites:\n`,
      { mode: 0o600 },
    );
    return world;
  }

  /** A path in the folder of a machine, or that folder. */
  at(machine: Machine, name = ""): string {
    return `${this.#folder}/${machine}${name === "" ? "" : `/${name}`}`;
  }

  /** Starts the program of a machine. */
  start(machine: Machine): Running {
    return new Running(PROGRAM[machine], this.at(machine), machine === "vps" ? ["relay"] : []);
  }

  /**
   * What a command prints with `--json`, which has to be of this schema; the kit holds it against
   * that.
   */
  async told<Name extends SchemaName>(
    machine: Machine,
    schema: Name,
    typed: string,
    input = "",
  ): Promise<Documents[Name]> {
    const words = typed.split(" ");
    const { out } = await run(PROGRAM[machine], this.at(machine), [...words, "--json"], input);
    const document = JSON.parse(out);
    assertEquals(document.schema, schema, typed);
    this.seen.add(schema);
    return document;
  }

  /** The same for many at once: what is typed, by the schema of what comes. */
  async allTold(machine: Machine, typed: Partial<Record<SchemaName, string>>): Promise<void> {
    const all = Object.entries(typed);
    await Promise.all(all.map(([schema, one]) => this.told(machine, schema as SchemaName, one)));
  }
}
