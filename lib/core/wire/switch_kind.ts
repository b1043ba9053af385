/** How a switch came about: planned, in one of two shapes (the patent's slow switch), or sudden. */
export const SWITCH_KINDS = ["overlapped", "strict", "sudden"] as const;
export type SwitchKind = (typeof SWITCH_KINDS)[number];
