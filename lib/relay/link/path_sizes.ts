import { packetBytesOf } from "../../core/path/path_size.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";

/**
 * On which networks only smaller packets get through, as far as a site has found out. It is forgotten
 * with the network: another one may come back under the same name.
 */
export class PathSizes {
  readonly #segments = new Map<ProviderKey, number>();

  /** So much a segment may carry there; null: nothing is known against full ones. */
  segmentBytesOn(provider: ProviderKey): number | null {
    return this.#segments.get(provider) ?? null;
  }

  /** The same for whole packets. */
  packetBytesOn(provider: ProviderKey): number | null {
    const segmentBytes = this.segmentBytesOn(provider);
    return segmentBytes === null ? null : packetBytesOf(segmentBytes);
  }

  limit(provider: ProviderKey, segmentBytes: number): void {
    this.#segments.set(provider, segmentBytes);
  }

  forget(provider: ProviderKey): void {
    this.#segments.delete(provider);
  }
}
