import type { CnaptSessionSettings } from "../../core/session/cnapt_session_settings.ts";
import type { CnaptSiteSettings } from "./cnapt_site_settings.ts";

/** What one session of a site goes by; it lives longer than a configuration, and asks each time. */
export function sessionSettings(
  session: CnaptSiteSettings["session"],
  own: Pick<CnaptSessionSettings, "instance" | "claim">,
): CnaptSessionSettings {
  const { limits, liveness, ruleOf } = session;
  return {
    ...own,
    limits,
    liveness,
    ruleOf,
    get switchTimeoutMs() {
      return session.switchTimeoutMs;
    },
    get clientServices() {
      return session.clientServices;
    },
  };
}
