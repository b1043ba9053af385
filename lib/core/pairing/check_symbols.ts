/**
 * The three check symbols of a code, and what they tell of a mistyped one.
 *
 * Theory of operation. A code is a word of a Reed-Solomon code over the field of 32 elements, with
 * three check symbols: two words differ in four symbols at least. So one wrong character is found
 * with certainty, and so is where it stands; two wrong ones are noticed with certainty. Two
 * neighbours that were exchanged, or two wrong characters of one group, leave a few places where
 * they may be. (Reed and Solomon 1960; the field is that of x^5 + x^2 + 1.)
 */

/** How many symbols of a code check the others. */
export const CHECK_SYMBOLS = 3;
const FIELD_POLYNOMIAL = 0b100101;
/** The elements other than 0 are the powers 0 to 30 of one of them. */
const ORDER = 31;

const POWERS: readonly number[] = powers();
const LOGARITHMS: ReadonlyMap<number, number> = new Map(POWERS.map((value, log) => [value, log]));
const GENERATOR: readonly number[] = generator();

/** `symbols` with their check symbols behind them. */
export function withCheckSymbols(symbols: readonly number[]): number[] {
  const remainder = Array<number>(CHECK_SYMBOLS).fill(0);
  for (const symbol of symbols) {
    const factor = symbol ^ (remainder.shift() ?? 0);
    remainder.push(0);
    for (let i = 0; i < CHECK_SYMBOLS; i++) {
      remainder[i] = (remainder[i] ?? 0) ^ times(factor, GENERATOR[i + 1] ?? 0);
    }
  }
  return [...symbols, ...remainder];
}

/** What is wrong with a word, as far as it can be told. Places count from 0. */
export type Doubt =
  | { readonly kind: "none" }
  | { readonly kind: "one"; readonly place: number }
  /** Two neighbours were exchanged: this one and the next. */
  | { readonly kind: "exchanged"; readonly place: number }
  /** Two symbols at the places of one of these pairs, or more anywhere. */
  | { readonly kind: "several"; readonly pairs: readonly (readonly [number, number])[] };

/** Looks for what is wrong with `word`, the check symbols included. */
export function doubtOf(word: readonly number[]): Doubt {
  const syndromes = syndromesOf(word);
  if (syndromes.every((one) => one === 0)) return { kind: "none" };
  const place = placeOfOne(syndromes, word.length);
  if (place !== null) return { kind: "one", place };
  const exchanged = word.flatMap((_, at) => isExchanged(word, at) ? [at] : []);
  const [first] = exchanged;
  if (exchanged.length === 1 && first !== undefined) return { kind: "exchanged", place: first };
  return { kind: "several", pairs: pairsOf(syndromes, word.length) };
}

function isExchanged(word: readonly number[], at: number): boolean {
  const [a, b] = [word[at], word[at + 1]];
  if (a === undefined || b === undefined || a === b) return false;
  const back = word.with(at, b).with(at + 1, a);
  return syndromesOf(back).every((one) => one === 0);
}

/** Where the one wrong symbol stands; null: there are more. */
function placeOfOne(syndromes: readonly number[], length: number): number | null {
  const [one = 0, two = 0, three = 0] = syndromes;
  if (one === 0 || two === 0 || three === 0) return null;
  const ratio = logarithm(two) - logarithm(one);
  if (power(logarithm(two) + ratio) !== three) return null;
  const place = length - 1 - (ratio + ORDER) % ORDER;
  return place >= 0 && place < length ? place : null;
}

/** All pairs of places where two wrong symbols would explain the word. */
function pairsOf(
  [one = 0, two = 0, three = 0]: readonly number[],
  length: number,
): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let first = 0; first < length; first++) {
    for (let second = first + 1; second < length; second++) {
      // Both symbols are roots of a polynomial that the syndromes obey.
      const [a, b] = [power(length - 1 - first), power(length - 1 - second)];
      if (three === (times(a ^ b, two) ^ times(times(a, b), one))) pairs.push([first, second]);
    }
  }
  return pairs;
}

function syndromesOf(word: readonly number[]): readonly number[] {
  return Array.from({ length: CHECK_SYMBOLS }, (_, i) => {
    const at = power(i + 1);
    return word.reduce((sum, symbol) => times(sum, at) ^ symbol, 0);
  });
}

function powers(): readonly number[] {
  const found = [1];
  while (found.length < ORDER) {
    const next = (found.at(-1) ?? 0) << 1;
    found.push(next > ORDER ? next ^ FIELD_POLYNOMIAL : next);
  }
  return found;
}

function generator(): readonly number[] {
  let product: readonly number[] = [1];
  for (let i = 1; i <= CHECK_SYMBOLS; i++) {
    const root = power(i);
    product = [...product, 0].map((one, at) => one ^ times(product[at - 1] ?? 0, root));
  }
  return product;
}

function power(exponent: number): number {
  return POWERS[(exponent % ORDER + ORDER) % ORDER] ?? 0;
}

function logarithm(value: number): number {
  return LOGARITHMS.get(value) ?? 0;
}

function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : power(logarithm(a) + logarithm(b));
}
