import { qrModules } from "../program/qr_modules.ts";

/** A QR code of `text` for a terminal, two rows of it in each line. */
export function qrCode(text: string): string {
  const { size, rows } = qrModules(text);
  const isDark = (row: number, column: number) => rows[row]?.[column] === "1";
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
