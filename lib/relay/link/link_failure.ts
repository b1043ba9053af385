import { passOnOurs } from "../run/whose_fault.ts";
import { LinkRefused } from "./link_auth.ts";

/**
 * For a `catch` around the opening of a link: throws `error` again unless it is one of the ways in
 * which that can fail (SNAPT refuses, the other end is not SNAPT, no connection, called off).
 */
export function passOnUnlessLinkFailed(error: unknown): void {
  if (!(error instanceof LinkRefused)) passOnOurs(error);
}

/** A sentence about a failure, for the log. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
