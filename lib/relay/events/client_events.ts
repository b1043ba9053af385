import type { LogEvents } from "./log_event.ts";

/** What somebody asked of SNAPT at its page, or at its status endpoint, about one CNAPT. */
export const CLIENT_EVENTS = {
  "client-invited": {
    levels: ["info"],
    by: ["snapt"],
    means: "Somebody made a code at the page of SNAPT.",
    todo: "",
    fields: ["client", "services", "until"],
  },
  "client-allowed": {
    levels: ["info"],
    by: ["snapt"],
    means: "Somebody changed which services a CNAPT may use. It holds for its session too.",
    todo: "",
    fields: ["client", "services"],
  },
  "client-revoked": {
    levels: ["info"],
    by: ["snapt"],
    means: "Somebody revoked the key of a CNAPT, or its code, at the endpoint of SNAPT.",
    todo: "",
    fields: ["client", "kind"],
  },
  "session-end-asked": {
    levels: ["info"],
    by: ["snapt"],
    means: "Somebody ended the session of a CNAPT, which may come again.",
    todo: "",
    fields: ["client"],
  },
} as const satisfies LogEvents;
