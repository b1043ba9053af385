import { nameAskedFor } from "../../core/relay/relay_name.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { PinnedServer } from "../../net/tls_client.ts";

/** How a connection is secured, as far as it tells whether it leads through a relay. */
type AskedName = Pick<PinnedServer, "serverName"> | null;

/** A relay answers, and SNAPT is not connected to it; or was revoked there, which it does not say. */
export class NotAtRelay extends ConnFailed {
  constructor(options: ErrorOptions) {
    super(
      "unserved",
      "Cannot reach SNAPT through its relay: SNAPT is not connected to it now, or may have no more " +
        "carried in this month; `snapt status` on SNAPT's machine says which",
      options,
    );
  }
}

/** Whether what is asked for in TLS is the name of a SNAPT at a relay. */
export function isRelayed(tls: AskedName): boolean {
  return nameAskedFor(tls?.serverName ?? null) !== null;
}

/**
 * Waits for `dialling`, and says of a relay without SNAPT what it is.
 *
 * @throws {NotAtRelay} the relay answers, and SNAPT is not connected to it
 */
export async function orNotAtRelay<T>(dialling: Promise<T>, tls: AskedName): Promise<T> {
  try {
    return await dialling;
  } catch (error) {
    const isMeant = error instanceof ConnFailed && error.code === "unserved" && isRelayed(tls);
    throw isMeant ? new NotAtRelay({ cause: error }) : error;
  }
}
