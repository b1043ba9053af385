import { ClientsStore } from "../../config/clients_store.ts";
import { type MonthLimit, parseMonthLimit } from "../../config/month_limit.ts";
import type { RelayFiles } from "../../config/relay_files.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { UsageError } from "../program/usage_error.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";

/** What `--month` says; nothing: as the relay allows everybody. @throws {UsageError} it is no limit */
export function monthLimitOf(month: string | null): MonthLimit {
  if (month === null) return {};
  try {
    return parseMonthLimit(month);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --month: ${detail}`, { cause });
  }
}

/**
 * `snapt relay limit NAME --month SIZE`: gives a SNAPT another limit, which a relay that runs holds to
 * within a second.
 *
 * @throws {UsageError} there is no limit
 * @throws {ClientsFailed} there is no SNAPT of this name
 */
export async function relayLimit(
  { snapts }: Pick<RelayFiles, "snapts">,
  name: string,
  { month, isJson }: { readonly month: string | null; readonly isJson: boolean },
): Promise<void> {
  if (month === null) {
    throw new UsageError(
      `Cannot limit ${name}: write \`snapt relay limit ${name} --month 100GB\`, or none`,
    );
  }
  const limit = monthLimitOf(month);
  await new ClientsStore(snapts).limit(name, limit);
  if (isJson) return showDocument("snapt.relay.limit/1", { name, ...limit });
  show(`${name} may have ${describeMonthLimit(limit)} carried.`);
}

/** `100 GB a month`. */
export function describeMonthLimit({ monthBytes }: MonthLimit): string {
  return monthBytes === undefined || monthBytes === null
    ? "as much as there is"
    : `${inBytes(monthBytes)} a month`;
}
