/** Failures of the system, as opposed to mistakes of ours that happen near a call of it. */

/** The kinds that Deno has a class for; every other has the system's own code (`EMFILE`). */
const KINDS: readonly (abstract new (...given: never[]) => Error)[] = Object.values(Deno.errors);
const SYSTEM_CODE = /^E[A-Z0-9]+$/;

/** Whether the operating system, or Deno for it, refused what was asked. */
export function isSystemFailure(error: unknown): boolean {
  if (KINDS.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    SYSTEM_CODE.test(error.code);
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
