import { type CnaptConfig, parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { formatSecret } from "../../../lib/core/pairing/pairing_secret.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { type Finished, run, Running } from "./program.ts";

/** A SNAPT that runs, and a folder for each laptop. */
export class World {
  constructor(
    readonly folder: string,
    readonly snapt: Running,
    readonly address: string,
  ) {}

  get port(): number {
    return Number(this.address.replace(/.*:/, ""));
  }

  async invite(...options: readonly string[]): Promise<string> {
    const address = options.includes("--address") ? [] : ["--address", this.address];
    const { code, out, err } = await run("snapt", `${this.folder}/server`, [
      ...["invite", "laptop", ...address, ...options],
    ]);
    assertEquals(code, 0, err);
    return out.trim();
  }

  async list(): Promise<string> {
    return (await run("snapt", `${this.folder}/server`, ["list"])).out;
  }

  /** `cnapt join` on a machine of this name. */
  async join(machine: string, args: readonly string[], input = ""): Promise<Finished> {
    await Deno.mkdir(`${this.folder}/${machine}`, { recursive: true });
    return await run("cnapt", `${this.folder}/${machine}`, ["join", ...args], input);
  }

  async config(machine: string): Promise<CnaptConfig> {
    const file = `${this.folder}/${machine}/cnapt.yaml`;
    return parseCnaptConfig(await Deno.readTextFile(file), file);
  }

  hasConfig(machine: string): boolean {
    return [...Deno.readDirSync(`${this.folder}/${machine}`)].length > 0;
  }

  /** Changes the invitation as somebody with an editor does. */
  async edit(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const file = `${this.folder}/server/snapt.invitations.json`;
    const { version, invitations } = JSON.parse(await Deno.readTextFile(file));
    const changed = invitations.map((one: object) => ({ ...one, ...changes }));
    await Deno.writeTextFile(file, JSON.stringify({ version, invitations: changed }));
  }
}

/** With `settings` in its snapt.yaml. */
export async function inWorld(
  test: (world: World) => Promise<void>,
  settings = "",
  listen = "127.0.0.1:0",
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/server`);
    await Deno.writeTextFile(
      `${folder}/server/snapt.yaml`,
      `name: home\nlisten: "${listen}"\nstatus: off\n${settings}` +
        "services: { ssh: { to: 127.0.0.1:22 } }\n",
    );
    assertEquals((await run("snapt", `${folder}/server`, ["init"])).code, 0);
    await using snapt = new Running("snapt", `${folder}/server`);
    const address = await snapt.line(/listening address=(\S+)/);
    await test(new World(folder, snapt, address));
  });
}

/** A join that failed, with this exit code and this in its sentence. */
export function expectRefused({ code, out, err }: Finished, exit: number, part: string): void {
  assertEquals([code, out], [exit, ""], err);
  assert(err.startsWith("Cannot join") && err.includes(part), err);
}

/** Groups that no SNAPT here has given out. */
export function foreignGroups(): string {
  return formatSecret(new Uint8Array(16).fill(42));
}
