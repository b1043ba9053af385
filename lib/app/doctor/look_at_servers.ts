import type { ServiceConfig } from "../../config/service_config.ts";
import { formatStreamAddress, isUnixPath } from "../../config/stream_address.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { dial } from "../../net/dial.ts";
import { dialUnix } from "../../net/unix_socket.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";

/** A server that takes longer to accept a connection is none that people like to wait for. */
const ANSWER_LIMIT_MS = 3_000;
/** So many are tried at the same time. */
const AT_ONCE = 16;

/** Whether each server accepts connections. Nothing is said to it. */
export async function lookAtServers(
  services: ReadonlyMap<string, ServiceConfig>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const waiting = [...services];
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE);
    findings.push(...await Promise.all(some.map(([name, service]) => lookAtServer(name, service))));
  }
  return findings;
}

async function lookAtServer(name: string, { to, protocol }: ServiceConfig): Promise<Finding> {
  const about = `service ${name}`;
  const where = formatStreamAddress(to);
  if (protocol === "udp") {
    return ok(about, `${where}/udp was not tried: UDP servers only answer questions of theirs`);
  }
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    const conn = isUnixPath(to)
      ? await dialUnix(to.path, signal)
      : await dial(to, { kind: "any" }, { signal });
    conn.close();
    return ok(about, `${where} accepts connections`);
  } catch (error) {
    if (error instanceof ConnFailed) {
      return fails(
        about,
        error.message,
        `start the server, or say where it is: \`services: { ${name}: { to: … } }\` in snapt.yaml`,
      );
    }
    if (!signal.aborted) throw error;
    return attention(about, `${where} does not answer within ${ANSWER_LIMIT_MS / 1_000} s`);
  }
}
