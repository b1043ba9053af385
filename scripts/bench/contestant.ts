import type { Host } from "../../tests/lab/kit/host.ts";
import type { Lab } from "../../tests/lab/kit/lab.ts";
import type { LabProcess } from "../../tests/lab/kit/lab_process.ts";
import type { GapProtocol } from "./gap_socket.ts";

/** What happens to the network in use. */
export type HandoverCase = "planned" | "unplugged" | "silent";

/** The network in use, and the one that is gone to. */
export const [USED, OTHER] = ["eth0", "wlan0"] as const;

/** Something that is to carry a conversation from one network to another. */
export interface Contestant {
  readonly name: string;
  readonly lab: Lab;
  /** Where its clients connect to, and how. */
  readonly host: string;
  readonly port: number;
  readonly protocol: GapProtocol;
  /** Leaves the network in use while both work. */
  leave(): Promise<void>;
  /** What a script of its user does as soon as the network in use has failed, if anything. */
  help?(): Promise<void>;
  /** Makes everything as before, once the network that was used works again. */
  comeBack(): Promise<void>;
  /** Whether a client that is connected has what the measurement needs; throws if not. */
  check?(ready: ReadyClient): void;
}

/** What a client says when it has had answers. */
export interface ReadyClient {
  readonly furtherSubflows: number | null;
}

const SCRIPT = "scripts/bench/gap_load.ts";
const START_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 40_000;
/** For parked links, probes and congestion windows to be as they are in the middle of a day. */
const SETTLE_MS = 2_000;
/** Of 20 ms are two or three messages, one each 10 ms, of 60 ms six or seven. */
const MOST_UNDER_WAY = 4;

/** One of the programs in gap_load.ts, on a host of the lab. */
export function startGapLoad(
  lab: Lab,
  where: Host,
  ...args: readonly (string | number)[]
): LabProcess {
  const flags = ["run", "-q", "--no-config", "-A"];
  const script = `${lab.places.project}/${SCRIPT}`;
  return where.start([lab.places.deno, ...flags, script, ...args.map(String)], {
    env: { DENO_DIR: lab.places.denoDirectory },
  });
}

/** Starts what echoes, and waits until it does. */
export async function startEcho(
  lab: Lab,
  protocol: GapProtocol,
  port: number,
  where: Host = lab.server,
): Promise<void> {
  const echo = startGapLoad(lab, where, "echo", protocol, port);
  await echo.waitFor(/^\d+$/m, AbortSignal.timeout(START_LIMIT_MS));
}

/**
 * Lets a case happen to a contestant with a conversation of its own.
 *
 * @returns the longest time between two arrivals in ms; Infinity when nothing came any more, NaN
 * when the conversation was not on the network in use to begin with
 */
export async function gapOf(contestant: Contestant, event: HandoverCase): Promise<number> {
  const { lab, host, port, protocol } = contestant;
  await using client = startGapLoad(lab, lab.laptop, "client", protocol, host, port);
  const [ready] = await client.waitFor(/\{.*\}/, AbortSignal.timeout(START_LIMIT_MS));
  contestant.check?.(JSON.parse(ready));
  await pause(SETTLE_MS);
  await client.write("from\n");
  const [before] = await client.waitFor(/\{.*\}/, AbortSignal.timeout(START_LIMIT_MS));
  const { fewestUnderWay }: { readonly fewestUnderWay: number } = JSON.parse(before);
  await happen(contestant, event);
  await client.write("to\n");
  const [line] = await client.waitFor(/\{.*\}/, AbortSignal.timeout(ANSWER_LIMIT_MS));
  // What still came over the other network would lead a tunnel back there.
  await client.stop();
  await undo(contestant, event);
  const { longestMs }: { readonly longestMs?: number } = JSON.parse(line);
  return fewestUnderWay > MOST_UNDER_WAY ? NaN : longestMs ?? Infinity;
}

async function happen(contestant: Contestant, event: HandoverCase): Promise<void> {
  const { lab } = contestant;
  switch (event) {
    case "planned":
      await contestant.leave();
      return;
    case "unplugged":
      await lab.laptop.unplug(USED);
      await contestant.help?.();
      return;
    case "silent":
      await lab.wire(USED).silence();
      await contestant.help?.();
      return;
  }
}

async function undo(contestant: Contestant, event: HandoverCase): Promise<void> {
  if (event === "unplugged") await contestant.lab.laptop.plug(USED);
  if (event === "silent") await contestant.lab.wire(USED).restore();
  await contestant.comeBack();
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
