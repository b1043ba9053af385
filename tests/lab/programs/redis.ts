import type { Host } from "../kit/host.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

/** What has to be installed. */
export const REDIS_PROGRAMS: readonly string[] = ["redis-server", "redis-cli"];
export const REDIS_PORT = 6379;

/** Starts Redis as the ordinary user, without any file of its own. */
export async function startRedis(server: Host, bind = "0.0.0.0"): Promise<LabProcess> {
  const flags = ["--port", `${REDIS_PORT}`, "--bind", bind, "--protected-mode", "no"];
  const files = ["--save", "", "--appendonly", "no", "--dir", server.home];
  const process = server.start(["redis-server", ...flags, ...files]);
  await process.waitFor(/Ready to accept connections/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Starts a subscriber, and waits until it is one; each message is a line of its output. */
export async function startSubscriber(
  client: Host,
  target: Target,
  channel: string,
): Promise<LabProcess> {
  const process = client.start(["redis-cli", ...where(target), "subscribe", channel]);
  await process.waitFor(/subscribe\n.*\n1\n/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Starts a client that obeys the commands written to it, one per line. */
export function startRedisClient(client: Host, target: Target): LabProcess {
  return client.start(["redis-cli", ...where(target)]);
}

function where(target: Target): readonly string[] {
  return ["-h", target.host, "-p", `${target.port}`];
}
