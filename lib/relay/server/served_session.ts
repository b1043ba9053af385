import type { PathReport } from "../../core/wire/path_report.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import type { SnaptDriver } from "../session/snapt_driver.ts";

/** The session of one CNAPT. */
export interface ServedSession {
  readonly driver: SnaptDriver;
  readonly client: AdmittedClient;
  /** The key that this CNAPT has proven. */
  readonly key: Uint8Array;
  /** When it began. */
  readonly since: Date;
  /** What CNAPT told of its path last; null: nothing yet. */
  readonly reported: () => PathReport | null;
}
