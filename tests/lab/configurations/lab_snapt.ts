import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";
import { LabProgram } from "./lab_program.ts";

const PORT = 7787;

/** What the tests read of `snapt status --json`. */
export interface SnaptStatusPart {
  readonly sessions: readonly {
    readonly client: string;
    readonly state: string;
    readonly applications: readonly { readonly service: string; readonly source: string }[];
  }[];
}

/** SNAPT on a host of the lab, made as its administrator makes it. */
export class LabSnapt extends LabProgram {
  /** Writes the configuration, makes the identity, and starts it. */
  static async start(lab: Lab, host: Host, yaml: string): Promise<LabSnapt> {
    const snapt = new LabSnapt("snapt", host, LabProgram.commandOf(lab, "snapt"));
    await snapt.configure(yaml);
    await snapt.run(["init"]);
    await snapt.run(["check"]);
    await snapt.start();
    return snapt;
  }

  /** Gives it another configuration, for its next start. */
  change(yaml: string): Promise<void> {
    return this.configure(yaml);
  }

  /** A ticket for a CNAPT that finds this SNAPT at `address`. */
  async invite(address: string, name = "laptop"): Promise<string> {
    const { stdout } = await this.run([
      "invite",
      name,
      "--offline",
      "--address",
      `${address}:${PORT}`,
    ]);
    return stdout.trim();
  }

  async status(): Promise<SnaptStatusPart> {
    return await this.statusJson() as SnaptStatusPart;
  }
}
