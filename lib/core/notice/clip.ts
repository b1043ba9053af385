const encoder = new TextEncoder();

/** The beginning of `text`, at most `maxBytes` of UTF-8 and no half character. */
export function clip(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  let bytes = 0;
  let clipped = "";
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > maxBytes) return clipped;
    clipped += character;
  }
  return clipped;
}
