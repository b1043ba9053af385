import type { RelayLog } from "../run/relay_log.ts";

/** A CNAPT that goes on so is named again after that long. */
const TOLD_FOR_MS = 600_000;
/** As many are remembered; the one that was named longest ago is forgotten first. */
const MAX_REMEMBERED = 1_024;

interface Crowd {
  readonly from: string;
  readonly sentence: string;
}

/** The CNAPTs whose parked links have had to make room: each is named in the log once in a while. */
export class CrowdedClients {
  readonly #log: RelayLog;
  readonly #toldAt = new Map<string, number>();

  constructor(log: RelayLog) {
    this.#log = log;
  }

  /** A link of the CNAPT `idHex`, which came from `from`, had to make room. */
  note(idHex: string, crowd: Crowd, now: number): void {
    const toldAt = this.#toldAt.get(idHex);
    if (toldAt !== undefined && now - toldAt < TOLD_FOR_MS) return;
    this.#toldAt.delete(idHex);
    const [first] = this.#toldAt.keys();
    if (this.#toldAt.size >= MAX_REMEMBERED && first !== undefined) this.#toldAt.delete(first);
    this.#toldAt.set(idHex, now);
    const reason = `${crowd.sentence}: the oldest make room`;
    this.#log.warn("parked-links-full", { from: crowd.from, reason });
  }
}
