import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Link } from "./link.ts";

/** Called with the link that was waited for. */
export type TakeLink = (link: Link) => void;

/** Whether a link is still waited for: who has gone away stands in nobody's way. */
export type IsWanted = () => boolean;
export const ALWAYS: IsWanted = (): boolean => true;

interface Request {
  readonly provider: ProviderKey;
  readonly take: TakeLink;
  readonly isWanted: IsWanted;
}

/** Who waits for a link, in the order in which they asked. */
export class LinkRequests {
  #waiting: Request[] = [];

  add(provider: ProviderKey, take: TakeLink, isWanted: IsWanted = ALWAYS): void {
    this.#waiting.push({ provider, take, isWanted });
  }

  /** Gives `link` to whoever has waited longest for one of its provider; false: nobody waits. */
  serve(link: Link): boolean {
    this.#forgetUnwanted();
    const index = this.#waiting.findIndex(({ provider }) => provider === link.provider);
    const [request] = index < 0 ? [] : this.#waiting.splice(index, 1);
    request?.take(link);
    return request !== undefined;
  }

  /** Whether anybody waits for a link of `provider`. */
  isWaiting(provider: ProviderKey): boolean {
    this.#forgetUnwanted();
    return this.#waiting.some((request) => request.provider === provider);
  }

  /** How many wait for links of each provider. */
  counts(): Map<ProviderKey, number> {
    this.#forgetUnwanted();
    const counts = new Map<ProviderKey, number>();
    for (const { provider } of this.#waiting) counts.set(provider, (counts.get(provider) ?? 0) + 1);
    return counts;
  }

  #forgetUnwanted(): void {
    if (this.#waiting.every(({ isWanted }) => isWanted())) return;
    this.#waiting = this.#waiting.filter(({ isWanted }) => isWanted());
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#waiting = [];
  }
}
