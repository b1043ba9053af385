import type { DialRequest } from "./client_service_messages.ts";
import type { WaitingStreams } from "./waiting_streams.ts";
import type { PathReport } from "./path_report.ts";

/** What CNAPT tells SNAPT on the control link, and is not answered. */
export type ToldByCnapt = PathReport | DialRequest | WaitingStreams;
