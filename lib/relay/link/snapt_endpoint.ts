import type { DialTarget } from "../../net/dial.ts";
import type { PinnedServer } from "../../net/tls_client.ts";
import type { Credentials } from "./link_auth.ts";

/** Where SNAPT is and how a link to it is secured. */
export interface SnaptEndpoint {
  readonly host: string;
  readonly port: number;
  /** Where it may be instead, the preferred first. */
  readonly others?: readonly DialTarget[];
  /** Which of these places is a relay; null or absent: none. */
  readonly relay?: DialTarget | null;
  readonly credentials: Credentials;
  /** Null with `security: none`. */
  readonly tls: PinnedServer | null;
}
