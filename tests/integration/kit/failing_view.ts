/** A program that fails while its live view has the terminal. */
import { LiveScreen } from "../../../lib/app/screen/live_screen.ts";

const screen = new LiveScreen("none");
screen.show(({ columns }) => {
  if (columns > 0) throw new TypeError("a mistake of ours");
  return [];
});
await new Promise((resolve) => screen.closed.addEventListener("abort", resolve));
await new Promise(() => {}); // what was thrown ends it
