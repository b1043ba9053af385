import { PartingSignal } from "./parting_signal.ts";
import { isColourful, show } from "../program/show.ts";
import { pause } from "../program/until.ts";
import { LiveScreen } from "../screen/live_screen.ts";
import { type LiveView, watchLive } from "../screen/watch_loop.ts";
import type { Seen, WatchSource } from "../screen/watch_source.ts";

const LOOK_MS = 1_000;

/** What is watched, and how it is shown on a terminal and elsewhere. */
export interface Watching<T> {
  readonly source: WatchSource<T>;
  readonly view: LiveView<T>;
  readonly changes: (before: Seen<T> | null, seen: Seen<T>) => readonly string[];
}

/**
 * `status --watch`: on a terminal the live view until somebody leaves; elsewhere a line for each
 * change, until the command is ended.
 */
export async function watchStatus<T>({ source, view, changes }: Watching<T>): Promise<void> {
  const parting = new PartingSignal();
  const ending = new AbortController();
  const interrupted = () => ending.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  parting.asked.then(interrupted);
  try {
    if (isScreen()) {
      await using screen = new LiveScreen(isColourful() ? "colours" : "none");
      await watchLive({ source, view, screen, ending: ending.signal });
    } else await tellChanges(source, changes, ending.signal);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
  }
  parting.dieIfAsked();
}

function isScreen(): boolean {
  return Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
}

async function tellChanges<T>(
  source: WatchSource<T>,
  changes: Watching<T>["changes"],
  ending: AbortSignal,
): Promise<void> {
  let before: Seen<T> | null = null;
  while (!ending.aborted) {
    const seen: Seen<T> = await source.look();
    const time = new Date().toISOString().slice(11, 19);
    for (const line of changes(before, seen)) show(`${time}Z ${line}`);
    before = seen;
    await pause(LOOK_MS, ending);
  }
}
