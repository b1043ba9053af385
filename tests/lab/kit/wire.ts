import type { WireCounts, WireDirection, WireSettings } from "./wire/wire_settings.ts";

/** An Ethernet cable between an interface of the laptop (end `a`) and its provider (end `b`). */
export interface Wire extends AsyncDisposable {
  /** Who carries the frames: the kernel's netem, or a program of the lab's own on TAP devices. */
  readonly kind: "netem" | "tap";
  /** Changes one direction, or both; what is not named stays. */
  set(changes: Partial<WireSettings>, directions?: readonly WireDirection[]): Promise<void>;
  /** Swallows everything from now on, while the interfaces at both ends stay up. */
  silence(): Promise<void>;
  /** Ends a silence. */
  restore(): Promise<void>;
  /** Pulls out or plugs in the cable at the laptop: its interface loses or gets its carrier. */
  setCarrier(isOn: boolean): Promise<void>;
  /** What went over each direction since the wire was made. */
  count(): Promise<Readonly<Record<WireDirection, WireCounts>>>;
}

/** An interface to be made at an end of a wire. */
export interface WireEndpoint {
  /** A process in its network namespace. */
  readonly pid: number;
  /** What to put before a command for it to run there with all rights. */
  readonly enter: readonly string[];
  readonly interface: string;
}

/** Both directions of a wire. */
export const BOTH_DIRECTIONS: readonly WireDirection[] = ["a->b", "b->a"];
