/** What somebody reaches who has a keyboard only. */
import type { CDPSession, Page } from "playwright-core";

/** A stop of the Tab key. */
export interface TabStop {
  /** "button", "link", "textbox", …, as a screen reader hears it. */
  readonly role: string;
  /** What a screen reader says; empty is a fault. */
  readonly name: string;
  /** Whether the focus is seen: by an outline or a shadow. */
  readonly isSeen: boolean;
}

const IS_SEEN = `function () {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(this);
  return outlineStyle !== "none" && outlineWidth !== "0px" || boxShadow !== "none";
}`;

/**
 * Presses Tab from the beginning of the page until the focus has come round, and lists the stops;
 * `limit` bounds a page that never comes round. The focus is where it was in the end: nowhere.
 */
export async function tabOrder(page: Page, limit = 200): Promise<readonly TabStop[]> {
  await page.evaluate("document.activeElement?.blur(); getSelection()?.removeAllRanges()");
  const devtools = await page.context().newCDPSession(page);
  try {
    const stops: TabStop[] = [];
    const known = new Set<number>();
    while (stops.length < limit) {
      await page.keyboard.press("Tab");
      const stop = await focused(devtools);
      if (stop === null || known.has(stop.id)) break;
      known.add(stop.id);
      stops.push(stop.told);
    }
    await page.evaluate("document.activeElement?.blur()");
    return stops;
  } finally {
    await devtools.detach();
  }
}

/** Null: the focus has left the page. */
async function focused(
  devtools: CDPSession,
): Promise<{ readonly id: number; readonly told: TabStop } | null> {
  const { result } = await devtools.send("Runtime.evaluate", {
    expression: "document.activeElement === document.body ? null : document.activeElement",
  });
  const { objectId } = result;
  if (objectId === undefined) return null;
  const { node } = await devtools.send("DOM.describeNode", { objectId });
  const { nodes } = await devtools.send("Accessibility.getPartialAXTree", {
    objectId,
    fetchRelatives: false,
  });
  const { result: isSeen } = await devtools.send("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: IS_SEEN,
    returnByValue: true,
  });
  const told = {
    role: String(nodes[0]?.role?.value ?? ""),
    name: String(nodes[0]?.name?.value ?? ""),
    isSeen: isSeen.value === true,
  };
  return { id: node.backendNodeId, told };
}
