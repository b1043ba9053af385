/** The server sends something every 5 s: who hears less is not connected any more. */
const SILENCE_MS = 40_000;
/** How often the clock on the wall is looked at. */
const LOOK_MS = 1_000;

/** Watches a connection on which something is to be heard. */
export interface SilenceWatch {
  heard(): void;
  end(): void;
}

/**
 * Calls `silent` once nothing was heard for too long, by the clock on the wall: timers stand still
 * while a machine sleeps, and what was open before is mostly dead then. A tab that comes to the front
 * looks at once (`tab`: its document), so that old data is not taken for new. A clock that was set back tells nothing either.
 */
export function watchSilence(silent: () => void, tab: EventTarget): SilenceWatch {
  let heardAt = Date.now();
  const look = () => {
    if (Math.abs(Date.now() - heardAt) > SILENCE_MS) silent();
  };
  const timer = setInterval(look, LOOK_MS);
  tab.addEventListener("visibilitychange", look);
  return {
    heard: () => {
      heardAt = Date.now();
    },
    end: () => {
      clearInterval(timer);
      tab.removeEventListener("visibilitychange", look);
    },
  };
}
