import type { DialRequest } from "./client_service_messages.ts";
import type { HeldStreams } from "./held_streams.ts";
import type { PathReport } from "./path_report.ts";

/** What CNAPT tells SNAPT on the control link, and is not answered. */
export type ToldByCnapt = PathReport | DialRequest | HeldStreams;
