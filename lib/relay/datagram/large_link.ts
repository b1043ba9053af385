import type { Packet } from "../../core/datagram/packet.ts";
import type { DatagramLink } from "./datagram_link.ts";

/** The link to CNAPT for what is too large for a datagram on its network, and how large that is. */
export class LargeLink {
  #link: DatagramLink | null = null;
  #above = Infinity;

  /** Longer datagrams, in bytes, do not get through; Infinity: none that are known. */
  get above(): number {
    return this.#above;
  }

  get isThere(): boolean {
    return this.#link !== null;
  }

  /** What is longer than `above` goes by this link from now on, or by none. */
  use(link: DatagramLink | null, above: number): void {
    this.#link?.close();
    this.#link = link;
    this.#above = above;
  }

  /** A datagram of so many bytes was too long. */
  didNotFit(bytes: number): void {
    this.#above = Math.min(this.#above, bytes - 1);
  }

  /** `tooBig`: there is no link for it. */
  send(packet: Packet): ReturnType<DatagramLink["send"]> | "tooBig" {
    return this.#link?.send(packet) ?? "tooBig";
  }

  /** What was too long for one network may fit on another. */
  networkChanged(): void {
    if (this.#link === null) this.#above = Infinity;
  }

  ended(link: DatagramLink): void {
    if (this.#link === link) this.#link = null;
  }

  close(): void {
    this.use(null, Infinity);
  }
}
