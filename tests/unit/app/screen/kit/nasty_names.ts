/** What a peer, a file or a system could call something. */
export const NASTY_NAMES: readonly string[] = [
  "x".repeat(300),
  "日".repeat(300),
  "שלום עולם ".repeat(30),
  "\x1b[2J\x1b[31mred\x07",
  "a\nb\r\tc",
  "\u202egnp.exe",
  "👨‍👩‍👧".repeat(40),
  "e" + "\u0301".repeat(300),
  "\ud800 half",
  "",
];
