/**
 * The token of the page. `cnapt open` gives it in the fragment of the URL, which no server, proxy
 * or `Referer` ever sees; it is taken out of the address line at once and lives as long as the tab.
 */
const KEY = "access-token";

/** Empty: the page was opened without one. */
export function accessToken(): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY) ?? "";
}
