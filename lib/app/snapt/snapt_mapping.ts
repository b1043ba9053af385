import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MappingWay } from "../../core/mapping/mapping_way.ts";
import type { LedPort, PortMapping } from "../../relay/mapping/port_mapping.ts";
import type { MappingContext } from "./open_mapping.ts";

/** The mapping of a SNAPT that runs, as its configuration says: there is one, or none is asked for. */
export class SnaptMapping {
  readonly #context: MappingContext;
  readonly #listeners = new Set<() => void>();
  #mapping: PortMapping | null = null;
  #wantsUdp = false;
  #state: "open" | "ended" = "open";

  constructor(context: MappingContext) {
    this.#context = context;
  }

  /** Does what the configuration says: once at the start, and after each reload. */
  async use(config: SnaptConfig): Promise<void> {
    if (this.#state === "ended") return;
    if (config.mapping === "off") return await this.#end();
    // Who asks no router pays nothing for what that needs.
    const { openMapping, wantsDatagrams } = await import("./open_mapping.ts");
    const wantsUdp = wantsDatagrams(config);
    if (this.#mapping === null) {
      this.#mapping = openMapping(this.#context);
      this.#mapping.whenChanged(() => this.#tell());
      this.#mapping.start();
    } else if (wantsUdp !== this.#wantsUdp) this.#mapping.again();
    this.#wantsUdp = wantsUdp;
  }

  /** Takes the mapping back, which a router gets a second for. */
  async stop(): Promise<void> {
    this.#state = "ended";
    await this.#end();
  }

  snapshot(): readonly MappingWay[] {
    return this.#mapping?.snapshot() ?? [];
  }

  /** Where this SNAPT is reached from outside, as its router says; empty: nowhere that is known. */
  outerAddresses(): readonly LedPort[] {
    return this.#mapping?.outerAddresses() ?? [];
  }

  /** Calls `listener` whenever `outerAddresses` are others. @returns ends that */
  whenChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #end(): Promise<void> {
    const mapping = this.#mapping;
    if (mapping === null) return;
    await mapping.stop();
    if (this.#mapping === mapping) this.#mapping = null;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
