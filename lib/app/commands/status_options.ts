import { UsageError } from "../program/usage_error.ts";

/** How `status` shows what it sees. */
export interface StatusOptions {
  readonly isJson: boolean;
  readonly isWatching: boolean;
}

/** @throws {UsageError} a live view is wanted, and as JSON */
export function refuseBoth(isJson: boolean): void {
  if (!isJson) return;
  throw new UsageError(
    "Cannot watch as JSON: either --watch or --json; programs follow `/events` of `status:`",
  );
}
