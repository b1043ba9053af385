/**
 * The assertions of every test, in one place so that the library behind them (today Node's) can be
 * exchanged by editing this file only.
 */
import nodeAssert from "node:assert/strict";

/** What a failed expectation about an error may name: its class, and a part of its message. */
type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Fails unless `condition` is truthy; narrows its type. */
export function assert(condition: unknown, message?: string): asserts condition {
  if (!condition) nodeAssert.fail(message ?? "expected a truthy value");
}

/** Fails unless both are deeply and strictly equal (classes, typed arrays and NaN included). */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/**
 * Fails unless `run` throws an instance of `errorClass` whose message includes `part`.
 *
 * @returns the error, for further looks at its code or cause
 */
export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  errorClass?: ErrorClass<E>,
  part?: string | RegExp,
): E {
  try {
    run();
  } catch (error) {
    return expectError(error, errorClass, part);
  }
  return nodeAssert.fail(`expected ${errorClass?.name ?? "an error"}, but nothing was thrown`);
}

/** Like `assertThrows`, for a promise that must reject. */
export async function assertRejects<E extends Error = Error>(
  run: () => Promise<unknown>,
  errorClass?: ErrorClass<E>,
  part?: string | RegExp,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return expectError(error, errorClass, part);
  }
  return nodeAssert.fail(`expected ${errorClass?.name ?? "an error"}, but nothing was rejected`);
}

function expectError<E extends Error>(
  thrown: unknown,
  errorClass: ErrorClass<E> | undefined,
  part: string | RegExp | undefined,
): E {
  const wanted: ErrorClass<Error> = errorClass ?? Error;
  if (!isInstance<E>(thrown, wanted)) {
    return nodeAssert.fail(`expected ${wanted.name}, got ${describe(thrown)}`);
  }
  if (part !== undefined) {
    const found = typeof part === "string"
      ? thrown.message.includes(part)
      : part.test(thrown.message);
    assert(found, `expected a message with ${part}, got: ${thrown.message}`);
  }
  return thrown;
}

function isInstance<E extends Error>(value: unknown, wanted: ErrorClass<Error>): value is E {
  return value instanceof wanted;
}

function describe(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
