import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { QrModules } from "../../status/client_actions.ts";

/** Light around it, without which cameras do not find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A QR code, dark on light in both themes: many cameras read no other. */
export function QrPicture(
  { qr, label }: { readonly qr: QrModules; readonly label: string },
): JSX.Element {
  const side = qr.size + 2 * QUIET_ZONE;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`}>
      <rect width={side} height={side} />
      <path d={pathOf(qr)} />
    </svg>
  );
}

/** One rectangle for each run of dark modules in a row. */
export function pathOf({ rows }: QrModules): string {
  return rows.map((row, y) =>
    [...row.matchAll(/1+/g)].map(({ index, 0: run }) =>
      `M${index + QUIET_ZONE} ${y + QUIET_ZONE}h${run.length}v1h-${run.length}z`
    ).join("")
  ).join("");
}
