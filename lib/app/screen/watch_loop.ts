import { pause } from "../program/until.ts";
import type { FrameLine, ScreenSize } from "./frame.ts";
import type { Key } from "./key.ts";
import type { LiveScreen } from "./live_screen.ts";
import type { Seen, WatchSource } from "./watch_source.ts";

const LOOK_MS = 1_000;

/** What is shown of a program, and what keys do. None of it may throw or wait. */
export interface LiveView<T> {
  took(seen: Seen<T>): void;
  typed(key: Key): void;
  lines(size: ScreenSize): readonly FrameLine[];
  /** Calls this whenever something is to be drawn that nobody looked at or typed. */
  whenChanged(changed: () => void): void;
}

/**
 * Shows a program until somebody leaves, the terminal goes, or `ending` is aborted.
 *
 * @throws {CommandFailed} another program answers in its place
 */
export async function watchLive<T>(
  { source, view, screen, ending }: {
    readonly source: Pick<WatchSource<T>, "look">;
    readonly view: LiveView<T>;
    readonly screen: Pick<LiveScreen, "closed" | "keys" | "show" | "again" | "watchSize">;
    readonly ending: AbortSignal;
  },
): Promise<void> {
  const left = new AbortController();
  const over = AbortSignal.any([ending, screen.closed, left.signal]);
  const draw = () => screen.show((size) => view.lines(size));
  view.whenChanged(draw);
  screen.watchSize(draw);
  const isOver = Promise.withResolvers<void>();
  over.addEventListener("abort", () => isOver.resolve(), { once: true });
  if (over.aborted) isOver.resolve();
  await Promise.race([isOver.promise, type(), look()]);

  async function look(): Promise<void> {
    while (!over.aborted) {
      view.took(await source.look());
      if (!over.aborted) draw();
      await pause(LOOK_MS, over);
    }
  }

  async function type(): Promise<void> {
    for await (const key of screen.keys()) {
      if (key.kind === "leave") return left.abort();
      if (key.kind === "redraw") screen.again();
      else view.typed(key);
      draw();
    }
    await isOver.promise; // nobody types, and somebody may still look
  }
}
