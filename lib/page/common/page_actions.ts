import { createContext } from "hono/jsx/dom";
import type { Answer } from "./ask.ts";

/** What is said to the person after something was asked for. */
export interface Said {
  readonly level: "good" | "bad";
  readonly text: string;
}

/** What every part of a page can do. */
export interface PageActions {
  /** Asks the program: `POST path`. */
  ask<Content>(path: string, body: unknown): Promise<Answer<Content>>;
  /** Asks the program what something is: `GET path`. */
  look<Content>(path: string): Promise<Answer<Content>>;
  say(said: Said): void;
  /** False while the program does not answer: nothing can be asked of it. */
  readonly isLive: boolean;
}

export const PageActionsContext = createContext<PageActions>({
  ask: () => Promise.resolve({ kind: "failed", error: "the page is not ready yet" }),
  look: () => Promise.resolve({ kind: "failed", error: "the page is not ready yet" }),
  say: () => {},
  isLive: false,
});
