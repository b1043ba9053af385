import type { LogLevel } from "../../config/log_config.ts";
import { CLIENT_EVENTS } from "./client_events.ts";
import { DECISION_EVENTS } from "./decision_events.ts";
import { NETWORK_EVENTS } from "./network_events.ts";
import { OWN_RELAY_EVENTS } from "./own_relay_events.ts";
import { PROGRAM_EVENTS } from "./program_events.ts";
import { SERVICE_EVENTS } from "./service_events.ts";
import { SESSION_EVENTS } from "./session_events.ts";

/**
 * Every event that the programs can log. The programs themselves import nothing of it but the
 * types: what is logged and stands not here, at another level or with another field, does not
 * compile, and `deno task docs` writes docs/events.md from it.
 */
export const LOG_EVENTS = {
  ...PROGRAM_EVENTS,
  ...SESSION_EVENTS,
  ...CLIENT_EVENTS,
  ...NETWORK_EVENTS,
  ...DECISION_EVENTS,
  ...SERVICE_EVENTS,
  ...OWN_RELAY_EVENTS,
} as const;

type Events = typeof LOG_EVENTS;

export type EventName = keyof Events;

/** Those that are logged at `Level`. */
export type EventAt<Level extends LogLevel> = {
  [Name in EventName]: Level extends Events[Name]["levels"][number] ? Name : never;
}[EventName];

/** The fields that a line of `Name` may have. */
export type FieldOf<Name extends EventName> = Events[Name]["fields"][number];
