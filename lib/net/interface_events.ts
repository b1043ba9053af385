/**
 * Hears from the system's own monitor when something about the network has changed.
 *
 * Theory of operation. The monitor is a program that says nothing for hours, and would not notice
 * that nobody listens any more. So a shell stands between: it waits for the end of its standard
 * input, which comes however this program ends, killed or not, and ends the monitor then.
 */

import { passOnUnlessEnded, passOnUnlessSystem } from "../config/system_failure.ts";
import { descriptors } from "./descriptor_budget.ts";
import { devicesNamed } from "./monitor_lines.ts";

/** What tells of changes of the network on each system, as long as it runs. */
const MONITORS: Readonly<Partial<Record<typeof Deno.build.os, readonly string[]>>> = {
  linux: ["ip", "-o", "monitor", "link", "address", "route"],
  darwin: ["route", "-n", "monitor"],
};

/**
 * Runs its arguments until its standard input ends. Ctrl-C reaches this shell too, and must not end
 * it: the monitor would go on, and the program wait for it.
 */
const LEASH = "trap '' INT QUIT HUP; " +
  'command -v "$1" >/dev/null || exit 127; "$@" & monitor=$!; cat >/dev/null; kill $monitor';

/**
 * Calls `changed` soon after something about the interfaces or routes has changed, until `signal`,
 * with the devices that it was about; with none where the monitor does not name them. Resolves, when
 * there are no events any more, to why; null when they were called off. Looking now and then has to
 * do then.
 */
export async function watchInterfaceEvents(
  signal: AbortSignal,
  changed: (devices: readonly string[]) => void,
  monitor: readonly string[] | undefined = MONITORS[Deno.build.os],
): Promise<string | null> {
  if (signal.aborted) return null;
  if (monitor === undefined) return `${Deno.build.os} has no monitor that is known here`;
  const child = await startMonitor(monitor, signal);
  if (child === null) return signal.aborted ? null : "sh cannot be run";
  const stop = () => {
    child.stdin.close().catch(passOnUnlessEnded);
  };
  signal.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  for await (const said of child.stdout) {
    changed(devicesNamed(decoder.decode(said, { stream: true })));
  }
  const { code } = await child.status;
  signal.removeEventListener("abort", stop);
  if (signal.aborted) return null;
  stop();
  return code === 127 ? `${monitor[0]} is not installed` : `${monitor[0]} has ended`;
}

/** Null: it cannot be run, or was called off while there were no descriptors for it. */
async function startMonitor(
  monitor: readonly string[],
  signal: AbortSignal,
): Promise<Deno.ChildProcess | null> {
  const budget = descriptors();
  do {
    try {
      return new Deno.Command("sh", {
        args: ["-c", LEASH, "sh", ...monitor],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
    } catch (error) {
      passOnUnlessSystem(error);
      if (!budget.noteRefusal(error)) return null;
    }
  } while (await budget.whenRoom("application", () => !signal.aborted));
  return null;
}
