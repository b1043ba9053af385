/** Why a stream was reset. */
export const RESET_CODES = [
  "application",
  "serviceNotAllowed",
  "serviceUnreachable",
  "unknownStream",
  "positionGap",
  "protocol",
  "limit",
  "sessionEnded",
  "destinationNotAllowed",
  "nameUnknown",
  "connectionRefused",
  "connectTimedOut",
] as const;
export type ResetCode = (typeof RESET_CODES)[number];
