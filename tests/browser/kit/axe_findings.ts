/** What axe-core finds in a page that keeps people out. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { inOwnWorld } from "./own_world.ts";

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly failureSummary: string;
  }[];
}

/**
 * One text for each finding: the rule, what is wrong, and where; none: `[]`. Looks at the page as it
 * is at this moment, with all rules, best practices too. The policy of the page stays in force: axe
 * runs in a world of its own, which shares the document with the page and nothing else.
 */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  return await inOwnWorld(page, async (evaluate) => {
    await evaluate(axe.source);
    const text = await evaluate(
      `axe.run(document, { resultTypes: ["violations"] }).then((found) =>
        JSON.stringify(found.violations.map(({ id, help, nodes }) => ({
          id, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
        }))))`,
    );
    const findings: readonly Finding[] = JSON.parse(String(text));
    return findings.map(({ id, help, nodes }) => {
      const places = nodes.map(({ target, failureSummary }) =>
        `${target.join(" ")}: ${failureSummary.split("\n").map((line) => line.trim()).join(" ")}`
      );
      return [`${id}: ${help}`, ...places].join("\n  ");
    });
  });
}
