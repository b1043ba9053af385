import type { Deadlines } from "./deadlines.ts";

/** What a session of either role waits for. */
export type SessionDeadline = "acks" | "liveness" | "drain" | "switch" | "progress";

/** What a session of SNAPT waits for. */
export type SnaptDeadline = SessionDeadline | "earlyBinds";

/** What a session of CNAPT waits for. */
export type CnaptDeadline = SessionDeadline | "redial" | "unlinked" | "goodbye";

/** The deadlines of a session as the parts that both roles share set them. */
export type SharedDeadlines = Pick<
  Deadlines<SessionDeadline>,
  "set" | "setIfUnset" | "pullIn" | "clear"
>;
