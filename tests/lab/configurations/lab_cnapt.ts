import type { SwitchOutcome } from "../../../lib/relay/site/switch_sites.ts";
import type { SwitchSummary } from "../../../lib/core/session/switch_summary.ts";
import type { CnaptDocument } from "../../../lib/status/cnapt_document.ts";
import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import type { Target } from "../programs/target.ts";
import { LabProgram } from "./lab_program.ts";

const CONNECT_LIMIT_MS = 20_000;

/** CNAPT on a host of the lab, made as its user makes it. */
export class LabCnapt extends LabProgram {
  /** Writes the configuration, checks it, starts it, and waits until all sites are connected. */
  static async start(lab: Lab, host: Host, yaml: string): Promise<LabCnapt> {
    const cnapt = new LabCnapt("cnapt", host, LabProgram.commandOf(lab, "cnapt"));
    await cnapt.configure(yaml);
    await cnapt.run(["check"]);
    await cnapt.start();
    await cnapt.waitUntil(
      (now) =>
        Object.values(now.sites).every(({ state, services }) =>
          state === "connected" && services.length > 0
        ),
      CONNECT_LIMIT_MS,
    );
    return cnapt;
  }

  async status(): Promise<CnaptDocument> {
    return await this.statusJson() as CnaptDocument;
  }

  /** @throws LabFailure with the last status and all output after `limitMs` */
  waitUntil(isReached: (now: CnaptDocument) => boolean, limitMs: number): Promise<CnaptDocument> {
    return this.poll("as wanted", limitMs, async () => {
      const now = await this.status();
      return isReached(now) ? now : null;
    });
  }

  /** Where a service is offered. */
  async target(service: string, site?: string): Promise<Target> {
    const { offers } = await this.status();
    const offer = offers.find((one) =>
      one.service === service && (site === undefined || one.site === site)
    );
    const [, host = "", port] = /^(.*):(\d+)$/.exec(offer?.listen ?? "") ?? [];
    if (port === undefined) throw new LabFailure(`Cannot find ${service}: ${offer?.listen}`);
    return { host, port: Number(port) };
  }

  /** `cnapt switch`: the receipts, and the summary where there are several sites. */
  async switchTo(
    to: string,
    options: { readonly strict?: boolean; readonly mayFail?: boolean } = {},
  ): Promise<{ receipts: SwitchOutcome["receipts"]; summary: SwitchSummary | null }> {
    const flags = options.strict === true ? ["--strict", "--json"] : ["--json"];
    const { stdout } = await this.run(["switch", to, ...flags], options);
    // Nothing is said where no site has begun to switch.
    const said: Partial<SwitchOutcome> = stdout.trim() === "" ? {} : JSON.parse(stdout);
    return { receipts: said.receipts ?? [], summary: said.summary ?? null };
  }
}
