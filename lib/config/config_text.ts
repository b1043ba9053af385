import { ConfigInvalid } from "./config_invalid.ts";

const NEWLINE = 10;

/**
 * The text of a configuration file. One in another encoding would be read with wrong characters,
 * or refused for what cannot be seen in it.
 *
 * @throws {ConfigInvalid} it is not in UTF-8; with the line
 */
export function configText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ConfigInvalid(file, [{
      path: "",
      line: lineOfWrongByte(bytes),
      message: "this is not UTF-8: save the file in that encoding",
    }]);
  }
}

function lineOfWrongByte(bytes: Uint8Array): number {
  // A newline is never part of another character of UTF-8, so lines can be judged by themselves.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return line;
    }
    start = end;
  }
  return line;
}
