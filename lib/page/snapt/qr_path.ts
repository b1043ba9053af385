import type { QrModules } from "../../status/client_actions.ts";

/** Light around it, without which cameras do not find it (ISO/IEC 18004). */
export const QUIET_ZONE = 4;

/** One rectangle for each run of dark modules in a row. */
export function pathOf({ rows }: QrModules): string {
  return rows.map((row, y) =>
    [...row.matchAll(/1+/g)].map(({ index, 0: run }) =>
      `M${index + QUIET_ZONE} ${y + QUIET_ZONE}h${run.length}v1h-${run.length}z`
    ).join("")
  ).join("");
}
