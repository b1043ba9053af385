/** How a line of a live view stands out; none of it is colour alone. */
export type Tone = "plain" | "strong" | "quiet" | "good" | "waiting" | "bad" | "chosen";

/** One line of a live view. */
export interface FrameLine {
  readonly text: string;
  readonly tone: Tone;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export function plain(text: string): FrameLine {
  return { text, tone: "plain" };
}
