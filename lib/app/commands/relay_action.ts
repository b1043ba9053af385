/** What can be done with a relay. */
export const RELAY_ACTIONS = [
  "run",
  "init",
  "invite",
  "list",
  "status",
  "limit",
  "revoke",
  "reload",
  "service",
] as const;
export type RelayAction = (typeof RELAY_ACTIONS)[number];
