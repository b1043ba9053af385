/** What a page reports that none of ours should: collected for as long as its context is open. */
import type { BrowserContext, Request } from "playwright-core";

const BINDING = "reportPolicyViolation";

/** Chromium asks for it by itself, once in its life, so that only one test would see it. */
const UNASKED = "/favicon.ico";

/** Runs in each document before its own scripts do. */
const REPORT_VIOLATIONS = `{
  const report = globalThis.${BINDING};
  document.addEventListener("securitypolicyviolation", (event) => {
    const where = event.sourceFile + ":" + event.lineNumber;
    report(event.effectiveDirective + " blocked " + event.blockedURI + " at " + where);
  });
}`;

export class PageProblems {
  readonly #seen: string[] = [];
  /** Scheme and host of the first page that was opened. */
  #origin: string | null = null;

  private constructor() {}

  /** Watches all pages that will be opened in `context`. */
  static async of(context: BrowserContext): Promise<PageProblems> {
    const problems = new PageProblems();
    await problems.#watch(context);
    return problems;
  }

  /** One line for each. */
  all(): readonly string[] {
    return [...this.#seen];
  }

  /** Those that match none of `expected`, and what was expected and did not happen. */
  unlike(expected: readonly RegExp[]): readonly string[] {
    const unexpected = this.#seen.filter((line) => !expected.some((like) => like.test(line)));
    const unmet = expected.filter((like) => !this.#seen.some((line) => like.test(line)));
    return [...unexpected, ...unmet.map((like) => `nothing like ${like}, which was expected`)];
  }

  async #watch(context: BrowserContext): Promise<void> {
    context.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url, lineNumber } = message.location();
      if (url.endsWith(UNASKED)) return;
      this.#seen.push(`console error: ${message.text()} (${url}:${lineNumber + 1})`);
    });
    context.on("weberror", (error) => this.#seen.push(`error: ${error.error().message}`));
    context.on("request", (request) => this.#requested(request));
    context.on("requestfailed", (request) => {
      if (request.url().endsWith(UNASKED)) return;
      const reason = request.failure()?.errorText ?? "";
      // The page itself gave it up, or was left.
      if (reason === "net::ERR_ABORTED") return;
      this.#seen.push(`failed request: ${request.method()} ${request.url()}: ${reason}`);
    });
    await context.exposeBinding(BINDING, (_source, line: unknown) => {
      this.#seen.push(`policy violation: ${line}`);
    });
    await context.addInitScript({ content: REPORT_VIOLATIONS });
  }

  #requested(request: Request): void {
    const { protocol, host } = new URL(request.url());
    if (protocol === "data:" || protocol === "blob:" || protocol === "about:") return;
    const origin = `${protocol}//${host}`;
    this.#origin ??= origin;
    if (origin === this.#origin) return;
    this.#seen.push(`request to another origin: ${request.method()} ${request.url()}`);
  }
}
