import type { CnaptConfig } from "../../config/cnapt_config.ts";
import type { NotifyConfig } from "../../config/notify_config.ts";

/** Which settings of a cnapt.yaml name commands that CNAPT runs. */
export function commandsOfCnapt({ providers, notify }: CnaptConfig): readonly string[] {
  const ofProviders = (providers ?? []).flatMap(({ up, down, vpn }, index) =>
    Object.entries({ up, down, vpn })
      .filter(([, command]) => command !== null)
      .map(([setting]) => `providers[${index}].${setting}`)
  );
  return [...ofProviders, ...commandsOfNotices(notify)];
}

/** Which entries of `notify:` name commands. */
export function commandsOfNotices(notify: readonly NotifyConfig[]): readonly string[] {
  return notify.flatMap(({ kind }, index) =>
    kind === "command" ? [`notify[${index}].command`] : []
  );
}
