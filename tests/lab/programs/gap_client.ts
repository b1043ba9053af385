import type { Host } from "../kit/host.ts";
import type { Lab } from "../kit/lab.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

const END_LIMIT_MS = 60_000;
/** Where `startEchoServer` listens, on every address. */
export const ECHO_PORT = 7_000;

/** A conversation that is timed. */
export interface GapClient {
  /** Ends it after the next answer; the longest time without one, in ms. */
  readonly finish: () => Promise<number>;
}

/** Starts a server that sends back whatever comes, on the lab's server where no other is named. */
export async function startEchoServer(lab: Lab, server: Host = lab.server): Promise<void> {
  const echo = server.start([...script(lab, "kit/echo_server.ts"), `${ECHO_PORT}`]);
  await echo.waitFor(/ready/, AbortSignal.timeout(START_LIMIT_MS));
}

/** Begins to have something echoed to the laptop by `target`, again and again. */
export async function startGapClient(lab: Lab, target: Target): Promise<GapClient> {
  const client = lab.laptop.start([
    ...script(lab, "programs/gap.ts"),
    target.host,
    `${target.port}`,
  ]);
  await client.waitFor(/begun/, AbortSignal.timeout(START_LIMIT_MS));
  return {
    finish: async () => {
      await client.closeInput();
      const found = await client.waitFor(/gap (\d+)/, AbortSignal.timeout(END_LIMIT_MS));
      if (found[1] === undefined) throw new LabFailure("Cannot read the gap");
      return Number(found[1]);
    },
  };
}

/** Begins to have as much as goes echoed to the laptop by `target`: see `checked_echo.ts`. */
export async function startCheckedEcho(lab: Lab, target: Target): Promise<LabProcess> {
  const argv = [...script(lab, "programs/checked_echo.ts"), target.host, `${target.port}`];
  const client = lab.laptop.start(argv);
  await client.waitFor(/begun/, AbortSignal.timeout(START_LIMIT_MS));
  return client;
}

function script({ places }: Lab, path: string): readonly string[] {
  const flags = ["-q", "--no-lock", "--no-config", "--allow-net"];
  return [places.deno, "run", ...flags, `${places.project}/tests/lab/${path}`];
}
