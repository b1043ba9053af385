import type { Page } from "playwright-core";

/** Evaluates JavaScript, given as text; a promise is waited for. What comes back is JSON. */
export type Evaluate = (script: string) => Promise<unknown>;

/**
 * Runs scripts of ours beside the page's own: they share its document, but neither its variables nor
 * its content security policy, as those of an extension.
 */
export async function inOwnWorld<T>(
  page: Page,
  use: (evaluate: Evaluate) => Promise<T>,
): Promise<T> {
  const devtools = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await devtools.send("Page.getFrameTree");
    const { executionContextId: contextId } = await devtools.send("Page.createIsolatedWorld", {
      frameId: frameTree.frame.id,
      worldName: "tests",
    });
    return await use(async (expression) => {
      const { result, exceptionDetails } = await devtools.send("Runtime.evaluate", {
        contextId,
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails === undefined) return result.value;
      const reason = exceptionDetails.exception?.description ?? exceptionDetails.text;
      throw new Error(`Cannot run a script in the page: ${reason}`);
    });
  } finally {
    await devtools.detach();
  }
}
