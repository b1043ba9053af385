import type { Context } from "hono";
import { passOnUnlessSystem } from "../config/system_failure.ts";

/** What the body of a request says; null: no JSON, or it broke off. */
export async function jsonBody(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    // A body that breaks off is a TypeError of `fetch`'s kind, or a failure of its connection.
    const isUnreadable = error instanceof SyntaxError || error instanceof TypeError;
    if (!isUnreadable) passOnUnlessSystem(error);
    return null;
  }
}
