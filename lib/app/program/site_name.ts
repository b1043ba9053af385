/** What a SNAPT calls itself when its configuration does not say: the name of its machine. */
export function defaultSiteName(): string {
  const name = Deno.hostname().split(".")[0]?.replace(/[^A-Za-z0-9_-]/g, "-") ?? "";
  return /^[A-Za-z0-9]/.test(name) ? name.slice(0, 63) : "home";
}
