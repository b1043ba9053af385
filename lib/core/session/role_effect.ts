import type { Effect } from "./effect.ts";

const CNAPT_ONLY = [
  "requestLink",
  "callReceived",
  "clientServicesOpened",
  "streamOpened",
  "dialControl",
  "prepareLinks",
  "abandonLinks",
  "useProvider",
  "reachSitePoint",
  "leaveSites",
  "askAround",
  "suspendDecision",
  "resumeDecision",
  "servicesAnnounced",
  "datagramsOffered",
  "switchEnded",
] as const satisfies readonly Effect["kind"][];
const SNAPT_ONLY = [
  "openService",
  "callRefused",
  "clientServicesOffered",
  "dialClient",
  "pathReported",
] as const satisfies readonly Effect["kind"][];

/** The effects that only CNAPT's session has. */
export type CnaptOnlyEffect = Extract<Effect, { kind: (typeof CNAPT_ONLY)[number] }>;
/** The effects that only SNAPT's session has. */
export type SnaptOnlyEffect = Extract<Effect, { kind: (typeof SNAPT_ONLY)[number] }>;
/** The effects that each role carries out in its own way. */
export type RoleEffect =
  | CnaptOnlyEffect
  | SnaptOnlyEffect
  | Extract<Effect, { kind: "sessionEnded" }>;

export function isCnaptOnly(effect: RoleEffect): effect is CnaptOnlyEffect {
  return CNAPT_ONLY.some((kind) => kind === effect.kind);
}

export function isSnaptOnly(effect: RoleEffect): effect is SnaptOnlyEffect {
  return SNAPT_ONLY.some((kind) => kind === effect.kind);
}
