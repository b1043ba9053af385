/** The only module that knows how QR codes are made; loaded when one is shown. */
import makeCode from "qrcode-generator";

/** A QR code of `text` for a terminal, two rows of it in each line. */
export function qrCode(text: string): string {
  const code = makeCode(0, "L");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const isDark = (row: number, column: number) =>
    row >= 0 && column >= 0 && row < size && column < size && code.isDark(row, column);
  const lines: string[] = [];
  for (let row = -2; row < size + 2; row += 2) {
    let line = "";
    for (let column = -2; column < size + 2; column++) {
      const upper = isDark(row, column);
      const lower = isDark(row + 1, column);
      line += upper ? (lower ? " " : "▄") : (lower ? "▀" : "█");
    }
    lines.push(line);
  }
  return lines.join("\n");
}
