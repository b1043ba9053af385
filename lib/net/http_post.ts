import { ConnFailed, toConnFailed } from "./conn_failed.ts";

/**
 * Posts JSON and looks at nothing of the answer but its status: whoever is asked for a page can
 * answer with a flood, or with a redirection to somewhere else.
 *
 * @throws {ConnFailed} nobody answered, not with success, or `signal` was aborted
 */
export async function postJson(url: string, text: string, signal: AbortSignal): Promise<void> {
  // Connections kept for the next time would outlive the receiver.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  let response: Response;
  try {
    response = await ask(url, text, client, signal);
    await response.body?.cancel();
  } catch (error) {
    throw toConnFailed(error, "post");
  }
  if (!response.ok) throw new ConnFailed("other", `Cannot post: the answer was ${response.status}`);
}

function ask(
  url: string,
  text: string,
  client: Deno.HttpClient,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: text,
    redirect: "manual",
    signal,
    client,
  });
}
