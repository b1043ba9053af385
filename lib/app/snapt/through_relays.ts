import type { Identity } from "../../config/identity.ts";
import { certificatePem } from "../../config/pem.ts";
import { RelayKeys, relayKeysPath } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { ThroughRelay } from "../../relay/own_relay/through_relay.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** What the relays of a SNAPT are reached with. */
export interface ThroughRelaysContext {
  readonly stateFolder: string;
  readonly config: Pick<SnaptConfig, "through">;
  readonly identity: Identity;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The relays by which this SNAPT is to be reached, not started yet. One without a key is said in the
 * log and left out: what goes by the others, or directly, goes on.
 *
 * @throws {RelayKeysFailed} the keys cannot be read
 */
export async function throughRelays(
  context: ThroughRelaysContext,
): Promise<readonly ThroughRelay[]> {
  const { stateFolder, config, identity, tasks, log } = context;
  const keys = new RelayKeys(relayKeysPath(stateFolder));
  const relays: ThroughRelay[] = [];
  for (const [name, { host, port }] of config.through) {
    const key = await keys.find(name);
    if (key === null) {
      log.warn("relay-without-key", {
        relay: name,
        reason: `there is no key for it in ${relayKeysPath(stateFolder)}`,
        remedy: "get a code with `snapt relay invite NAME` there, and run `snapt through CODE`",
      });
      continue;
    }
    relays.push(
      new ThroughRelay({
        name,
        host,
        port,
        certificatePem: certificatePem(Uint8Array.fromHex(key.certificateHex)),
        credentials: { id: Uint8Array.fromHex(key.idHex), key: Uint8Array.fromHex(key.keyHex) },
        identity: { cert: identity.certificatePem, key: identity.privateKeyPem },
        tasks: tasks.child(`relay ${name}`, "keepGoing"),
        log,
      }),
    );
  }
  return relays;
}
