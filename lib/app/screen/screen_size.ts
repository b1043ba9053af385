import { passOnUnlessSystem } from "../../config/system_failure.ts";
import type { ScreenSize } from "./frame.ts";

const SMALLEST: ScreenSize = { columns: 20, rows: 4 };

/**
 * The size of the terminal that is written to; a small one where the system does not say. A terminal
 * that is gone is noticed when it is written to, and is no mistake of ours.
 */
export function screenSize(read: () => ScreenSize = Deno.consoleSize): ScreenSize {
  try {
    const { columns, rows } = read();
    return columns > 0 && rows > 0 ? { columns, rows } : SMALLEST;
  } catch (error) {
    passOnUnlessSystem(error);
    return SMALLEST;
  }
}
