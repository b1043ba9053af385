/**
 * Crockford's base32: 32 characters that are hard to mistake for one another when they are read
 * aloud, written by hand or typed. A _symbol_ is the number, 0 to 31, that a character stands for.
 */

/** No I, L, O and U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOL_BITS = 5;

/** What people read into a code that has none of these. */
const READ_AS: ReadonlyMap<string, string> = new Map([["O", "0"], ["I", "1"], ["L", "1"]]);

/** The character of a symbol. */
export function characterOf(symbol: number): string {
  return ALPHABET.charAt(symbol);
}

/** The symbol of a character, in upper or lower case; null where no code has this character. */
export function symbolOf(character: string): number | null {
  if (!/^[0-9A-Za-z]$/.test(character)) return null; // some others become one of these
  const upper = character.toUpperCase();
  const symbol = ALPHABET.indexOf(READ_AS.get(upper) ?? upper);
  return symbol < 0 ? null : symbol;
}

/** The bits of `bytes` in symbols; the last one is filled up with zeros. */
export function symbolsOf(bytes: Uint8Array): number[] {
  const symbols: number[] = [];
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = bits << 8 | byte;
    count += 8;
    while (count >= SYMBOL_BITS) {
      count -= SYMBOL_BITS;
      symbols.push(bits >> count & 31);
      bits &= (1 << count) - 1;
    }
  }
  if (count > 0) symbols.push(bits << SYMBOL_BITS - count & 31);
  return symbols;
}

/** The bytes that `symbolsOf` made symbols of; null where what fills up the last one is not zero. */
export function bytesOf(symbols: readonly number[]): Uint8Array<ArrayBuffer> | null {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const symbol of symbols) {
    bits = bits << SYMBOL_BITS | symbol;
    count += SYMBOL_BITS;
    if (count < 8) continue;
    count -= 8;
    bytes.push(bits >> count & 255);
    bits &= (1 << count) - 1;
  }
  return bits === 0 ? Uint8Array.from(bytes) : null;
}
