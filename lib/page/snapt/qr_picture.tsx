import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { QrModules } from "../../status/client_actions.ts";
import { pathOf, QUIET_ZONE } from "./qr_path.ts";

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
