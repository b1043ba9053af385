/** How CNAPT finds out what a network carries: a link on which so many bytes go each way. */

/** Both directions together; more is refused. */
export const MAX_MEASURED_BYTES = 256 * 1024;

/** Makes the parked link on which it travels one that is measured: `up` bytes follow it. */
export interface Measure {
  readonly kind: "measure";
  /** Bytes that CNAPT sends behind this frame. */
  readonly up: number;
  /** Bytes that SNAPT sends behind its answer. */
  readonly down: number;
}

/** Answers `measure` on the same link, when all of `up` has come; `down` bytes follow it. */
export interface Measured {
  readonly kind: "measured";
  /** How long after `measure` the last of `up` came, in microseconds. */
  readonly tookUs: number;
}
