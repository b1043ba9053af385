/** What tells of changes of the network on each system, as long as it runs. */
const MONITORS: Readonly<Partial<Record<typeof Deno.build.os, readonly [string, ...string[]]>>> = {
  linux: ["ip", "-o", "monitor", "link", "address", "route"],
  darwin: ["route", "-n", "monitor"],
};

/** Whether the system tells of changes of the network, and if not, why. */
export type InterfaceEvents =
  | { readonly kind: "available" }
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * Calls `changed` soon after something about the interfaces or routes has changed, until `signal`.
 * Where the system's monitor cannot be run there are no events, and looking now and then has to do.
 */
export function watchInterfaceEvents(
  signal: AbortSignal,
  changed: () => void,
  monitor: readonly [string, ...string[]] | undefined = MONITORS[Deno.build.os],
): InterfaceEvents {
  if (monitor === undefined) {
    return { kind: "unavailable", reason: `${Deno.build.os} has no monitor that is known here` };
  }
  const [program, ...args] = monitor;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch {
    return { kind: "unavailable", reason: `${program} cannot be run` };
  }
  const stop = () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  void follow(child, changed).finally(() => signal.removeEventListener("abort", stop));
  return { kind: "available" };
}

async function follow(child: Deno.ChildProcess, changed: () => void): Promise<void> {
  for await (const _ of child.stdout) changed();
  await child.status;
}
