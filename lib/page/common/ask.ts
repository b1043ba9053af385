/** What the program said to a request of the page. */
export type Answer<Content> =
  | { readonly kind: "done"; readonly content: Content }
  | { readonly kind: "failed"; readonly error: string };

/** Asks the program to do something. Never rejects: what went wrong is for the person to read. */
export function ask<Content>(
  token: string,
  path: string,
  body: unknown,
): Promise<Answer<Content>> {
  return answerTo(path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Asks the program what something is. Never rejects. */
export function look<Content>(token: string, path: string): Promise<Answer<Content>> {
  return answerTo(path, { headers: { authorization: `Bearer ${token}` } });
}

async function answerTo<Content>(path: string, request: RequestInit): Promise<Answer<Content>> {
  try {
    const response = await fetch(path, { ...request, cache: "no-store" });
    const content: Content = await response.json();
    if (response.ok) return { kind: "done", content };
    return { kind: "failed", error: errorIn(content) ?? `it answered ${response.status}` };
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

function errorIn(content: unknown): string | null {
  if (typeof content !== "object" || content === null) return null;
  const { error, outcome }: { error?: unknown; outcome?: unknown } = content;
  if (typeof error === "string") return error;
  return typeof outcome === "string" ? outcome : null;
}
