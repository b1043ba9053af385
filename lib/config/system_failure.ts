/** Failures of the system, as opposed to mistakes of ours that happen near a call of it. */

/**
 * The kinds that Deno has a class for. Every other has the system's own code (`EMFILE`), or, where
 * Windows counts it and no code is known, only its number in the text.
 */
const KINDS: readonly (abstract new (...given: never[]) => Error)[] = Object.values(Deno.errors);
const SYSTEM_CODE = /^E[A-Z0-9]+$/;
const SYSTEM_NUMBER = /\(os error \d+\)/;

/** Whether the operating system, or Deno for it, refused what was asked. */
export function isSystemFailure(error: unknown): boolean {
  if (KINDS.some((kind) => error instanceof kind)) return true;
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return SYSTEM_CODE.test(error.code);
  return error.name === "Error" && SYSTEM_NUMBER.test(error.message);
}

/**
 * For a `catch` that goes on without what the system refused: throws `error` again when it is
 * anything else.
 */
export function passOnUnlessSystem(error: unknown): void {
  if (!isSystemFailure(error)) throw error;
}

/** The same, for what is done to a stream or a program that perhaps has ended: Deno says TypeError. */
export function passOnUnlessEnded(error: unknown): void {
  if (!(error instanceof TypeError)) passOnUnlessSystem(error);
}

/** The same for `.catch()`: null in place of what the system refused. */
export function nullUnlessSystem(error: unknown): null {
  passOnUnlessSystem(error);
  return null;
}
