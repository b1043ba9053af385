/** What a session of either role waits for. */
export type DeadlineName =
  | "acks"
  | "liveness"
  | "drain"
  | "switch"
  | "redial"
  | "bindings"
  | "progress"
  | "goodbye";
