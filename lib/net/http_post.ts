/**
 * Posts JSON and looks at nothing of the answer but its status: whoever is asked for a page can
 * answer with a flood, or with a redirection to somewhere else.
 *
 * @throws {Error} nobody answered, not with success, or `signal` was aborted
 */
export async function postJson(url: string, text: string, signal: AbortSignal): Promise<void> {
  // Connections kept for the next time would outlive the receiver.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: text,
    redirect: "manual",
    signal,
    client,
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Cannot post: the answer was ${response.status}`);
}
