import type { SnaptConfig } from "../../config/snapt_config.ts";
import { UsageError } from "../program/usage_error.ts";
import { expectServices } from "../snapt/invitation_terms.ts";

/**
 * What `--services a,b` says.
 *
 * @throws {UsageError} nothing, or a service that the configuration does not have
 */
export function chosenServices(list: string, config: SnaptConfig): readonly string[] {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) {
    throw new UsageError("Cannot give no service at all: write --services a,b");
  }
  expectServices(names, config);
  return [...new Set(names)];
}
