/**
 * Ends a `switch` over a discriminated union: the call compiles only when every kind has its case.
 *
 * @throws {TypeError} when a value outside the union got in at run time, which is our own mistake
 */
export function unreachable(value: never): never {
  throw new TypeError(`Cannot handle value: ${JSON.stringify(value)} is outside its union`);
}
