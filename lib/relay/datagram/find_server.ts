import type { DestinationRule } from "../../core/access/destination_rule.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import type { ServerPlace } from "./server_port.ts";

/**
 * Where the server application of a flow is, or a destination that the rules allow.
 *
 * @throws {ConnFailed} it cannot be found
 * @throws {DestinationNotAllowed} the rules do not allow where it is
 */
export type FindServer = (
  target: StreamTarget,
  rules: readonly DestinationRule[],
) => Promise<ServerPlace>;
