import type { Hono } from "hono";

/** What an endpoint answers where it has nothing, or made a mistake. */
export function giveLastAnswers(app: Hono, { mistake, paths }: {
  /** Takes in a mistake of ours that happened while a request was answered. */
  readonly mistake: (error: unknown) => void;
  /** What there is, for whoever asks for something else. */
  readonly paths: readonly string[];
}): void {
  app.onError((error, c) => {
    mistake(error);
    return c.json({ error: `Cannot answer: ${error.message}` }, 500);
  });
  app.notFound((c) => c.json({ error: `Cannot find this: there are ${paths.join(", ")}` }, 404));
}
