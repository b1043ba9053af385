/**
 * The token of the page. `cnapt open` gives it in the fragment of the URL, which no server, proxy
 * or `Referer` ever sees; it is taken out of the address line at once and lives as long as the tab.
 */
const KEY = "access-token";

/** Empty: the page was opened without one. */
export function accessToken(): string {
  // Where the page is open already, an address with another pass loads nothing anew by itself.
  addEventListener("hashchange", () => {
    if (tokenInAddress() !== null) location.reload();
  });
  const given = tokenInAddress();
  if (given !== null) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY) ?? "";
}

function tokenInAddress(): string | null {
  return /^#token=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
}
