import { ClientsStore } from "../../config/clients_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { UsageError } from "../program/usage_error.ts";
import { chosenServices } from "./chosen_services.ts";

/**
 * `snapt allow`: a CNAPT may use these services from now on, and no others. A running SNAPT takes it
 * in within a second, also for the session that it has.
 *
 * @throws {UsageError} there is no such service, or nobody can tell which are meant
 * @throws {ClientsFailed} there is none of this name
 */
export async function snaptAllow({ state, config, name, services, isAll, isJson }: {
  readonly state: SnaptState;
  readonly config: SnaptConfig;
  readonly name: string;
  /** As they were typed; null: none were. */
  readonly services: string | null;
  readonly isAll: boolean;
  readonly isJson: boolean;
}): Promise<void> {
  if ((services === null) !== isAll) {
    throw new UsageError("Cannot allow anything: either --services a,b or --all is wanted");
  }
  const allowed = services === null ? "all" : chosenServices(services, config);
  await new ClientsStore(state.paths.clients).allow(name, allowed);
  if (isJson) return showDocument("snapt.allow/1", { name, services: allowed });
  show(`${name} may use ${allowed === "all" ? "all services" : allowed.join(", ")} from now on.`);
}
