/** The only module that knows how QR codes are made; loaded when one is shown. */
import makeCode from "qrcode-generator";
import type { QrModules } from "../../status/client_actions.ts";

/** The modules of a QR code of `text`, without the quiet zone around them. */
export function qrModules(text: string): QrModules {
  const code = makeCode(0, "L");
  // It takes a character for a byte; cameras read bytes that are none of ASCII as UTF-8.
  code.addData(String.fromCharCode(...new TextEncoder().encode(text)));
  code.make();
  const size = code.getModuleCount();
  const each = Array.from({ length: size }, (_, index) => index);
  const rows = each.map((row) =>
    each.map((column) => code.isDark(row, column) ? "1" : "0").join("")
  );
  return { size, rows };
}
