/** Whether SNAPT can be reached over a provider. */
export type Reach =
  | { readonly kind: "untried" }
  | { readonly kind: "answering" }
  /** Nothing comes back; `detail` completes "it …". */
  | { readonly kind: "silent"; readonly detail: string }
  /** Somebody answers who is not our SNAPT: a captive portal perhaps. */
  | { readonly kind: "impostor"; readonly detail: string };

/** What Check and Search Activity last found out about one provider. */
export interface Measurement {
  readonly reach: Reach;
  /** When it was measured; the same value means: nothing new since. */
  readonly at: number;
  /** After this it says nothing any more. */
  readonly validUntil: number;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Share of questions that were answered late or never, 0 to 1. */
  readonly loss: number | null;
  /** Strength of the radio signal, 0 to 100. */
  readonly signalPercent: number | null;
}

/** The numbers of a measurement that thresholds are about. */
export type IndexName = "roundTripMs" | "jitterMs" | "loss" | "signalPercent";
