import type { LinkId } from "../../core/stream/link_id.ts";
import type { Link } from "../link/link.ts";

/** The links of a session that no stream owns: the control link, and those that are being bound. */
export class LooseLinks {
  readonly #links = new Map<LinkId, Link>();

  add(link: Link): void {
    this.#links.set(link.id, link);
  }

  get(id: LinkId): Link | undefined {
    return this.#links.get(id);
  }

  has(id: LinkId): boolean {
    return this.#links.has(id);
  }

  /** Somebody else closes it from here on; false when it is not here. */
  remove(id: LinkId): boolean {
    return this.#links.delete(id);
  }

  /** Closes it; false when it is not here. */
  close(id: LinkId): boolean {
    this.#links.get(id)?.close();
    return this.#links.delete(id);
  }

  closeAll(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }
}
