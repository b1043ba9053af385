import { sitePhaseOf, type SiteSnapshot } from "../../relay/site/site_snapshot.ts";

/** Whether SNAPT was heard, and did not name this service: then nobody is served at its port. */
export function isNotAnnounced(
  { state, services }: Pick<SiteSnapshot, "state" | "services">,
  service: string,
): boolean {
  const wasHeard = services.length > 0 || sitePhaseOf(state) === "connected";
  return wasHeard && !services.some(({ name }) => name === service);
}
