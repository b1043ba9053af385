import type { Hono } from "hono";

/** Whose page it is. */
export type PageProgram = "cnapt" | "snapt";

/** Nothing but what comes from here: no script of another place, and no text that becomes one. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Another version of the program brings another page.
  "cache-control": "no-cache",
} as const;

/** What `lib/page` was bundled into, read when somebody opens the page. */
const ASSETS = {
  cnapt: {
    script: () => import("./assets/cnapt.js", { with: { type: "text" } }),
    style: () => import("./assets/cnapt.css", { with: { type: "text" } }),
  },
  snapt: {
    script: () => import("./assets/snapt.js", { with: { type: "text" } }),
    style: () => import("./assets/snapt.css", { with: { type: "text" } }),
  },
} as const;

/**
 * Serves the page of a program: its document, script and style. They hold nothing of what the
 * program knows, so they need no token; the script asks for that with the one it was opened with.
 */
export function servePage(app: Hono, program: PageProgram): void {
  const { script, style } = ASSETS[program];
  app.get("/", (c) => c.body(documentOf(program), 200, headers("text/html")));
  app.get(
    "/page.js",
    async (c) => c.body((await script()).default, 200, headers("text/javascript")),
  );
  app.get("/page.css", async (c) => c.body((await style()).default, 200, headers("text/css")));
}

function headers(type: string): Record<string, string> {
  return { ...HEADERS, "content-type": `${type}; charset=utf-8` };
}

function documentOf(program: PageProgram): string {
  const name = program.toUpperCase();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body>
<div id="root"></div>
<noscript>This page needs JavaScript. Without it: ${program} status --watch</noscript>
</body>
</html>
`;
}
