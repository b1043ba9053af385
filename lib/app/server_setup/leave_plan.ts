/** What `leave` does on a server that `join ssh://…` has set up; nothing here is done yet. */
import type { ScriptValues } from "./remote_script.ts";
import type { ServerLook } from "./server_look.ts";

/** What is taken away there. */
export interface LeavePlan {
  /** Whether SNAPT still knows this CNAPT. */
  readonly isInvited: boolean;
  /** How SNAPT is ended for good; `stays` where others need it or somebody else put it there. */
  readonly end: "service" | "detached" | "stays";
  readonly isProgramRemoved: boolean;
  /** Who else is invited there. */
  readonly others: readonly string[];
}

/** Decides what of a server is taken away for `client`; null: nobody is taken out of its list. */
export function leavePlan(look: ServerLook, client: string | null): LeavePlan {
  const { config, made, program, home, service, isRunning } = look;
  const isOurs = made.has("program") && program === `${home}/.local/bin/snapt`;
  const isIdle = service === "none" && !isRunning;
  if (config.state !== "good") {
    // A join that failed may have put the program there and nothing else.
    const isProgramRemoved = config.state === "missing" && isOurs && isIdle;
    return { isInvited: false, end: "stays", isProgramRemoved, others: [] };
  }
  const invited = [...config.clients].filter(([, state]) => state === "invited")
    .map(([name]) => name);
  const others = [...new Set([...invited, ...config.codes])].filter((name) => name !== client);
  const isInvited = client !== null &&
    (config.clients.has(client) || config.codes.includes(client));
  const end = others.length > 0
    ? "stays"
    : made.has("service") && service === "own"
    ? "service"
    : made.has("detached") && service === "none"
    ? "detached"
    : "stays";
  const isNeeded = others.length > 0 || (end === "stays" && !isIdle);
  return { isInvited, end, isProgramRemoved: isOurs && !isNeeded, others };
}

/** What is done, one sentence each, for who is asked whether it is to be done. */
export function leaveLines(
  plan: LeavePlan,
  look: ServerLook,
  client: string | null,
): readonly string[] {
  const { isInvited, end, isProgramRemoved, others } = plan;
  const lines: string[] = [];
  if (isInvited) lines.push(`take ${client} out of its list, and forget its key`);
  if (end === "service") lines.push(`end SNAPT there, and take its service away`);
  if (end === "detached") lines.push("end SNAPT there");
  if (isProgramRemoved) {
    const rest = look.config.state === "missing" ? "" : `; ${look.configFile} stays`;
    lines.push(`remove ${look.program}${rest}`);
  }
  if (others.length > 0 && look.made.size > 0) {
    lines.push(`leave SNAPT to the others that are invited: ${others.join(", ")}`);
  }
  return lines;
}

/** Whether there is anything to do. */
export function isNothingLeft({ isInvited, end, isProgramRemoved }: LeavePlan): boolean {
  return !isInvited && end === "stays" && !isProgramRemoved;
}

/** The values of `TAKE_DOWN`. */
export function takeDownValues(plan: LeavePlan, client: string | null): ScriptValues {
  return {
    CLIENT: plan.isInvited ? client ?? "" : "",
    END: plan.end,
    REMOVAL: plan.isProgramRemoved ? "yes" : "no",
  };
}

/**
 * Stands behind `FIND`. Says nothing before everything is done: where ssh goes through the session
 * that ends here, nobody hears it.
 */
export const TAKE_DOWN = `
if [ -n "$CLIENT" ]; then
  said=$(ask remove "$CLIENT" 2>&1) || fail remove "$said"
fi
if [ "$END" = service ]; then
  said=$("$program" service uninstall $scope --config "$config" 2>&1 </dev/null) || fail end "$said"
elif [ "$END" = detached ]; then
  tries=0
  if detached; then kill "$pid"; fi
  while detached; do
    tries=$((tries + 1))
    if [ $tries -gt 75 ]; then fail end "process $pid has not ended"; fi
    sleep 0.2 2>/dev/null || sleep 1
  done
  rm -f "$folder/snapt.pid" "$folder/snapt.log" "$folder/snapt.log.old"
fi
if [ "$REMOVAL" = yes ]; then
  said=$(rm -f "$usual" 2>&1) || fail removal "$said"
fi
if [ "$END" != stays ] || [ "$REMOVAL" = yes ]; then rm -f "$folder/set-up-by-cnapt"; fi
`;
