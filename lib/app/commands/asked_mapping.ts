import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MappingWay } from "../../core/mapping/mapping_way.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { runningSnapt } from "./running_snapt.ts";

/**
 * What the running SNAPT says of its router; empty where it asks none, or where none runs, which is
 * for its owner to know.
 */
export async function askedMapping(
  identityFile: string,
  config: SnaptConfig,
): Promise<readonly MappingWay[]> {
  if (config.mapping === "off" || config.status === null) return [];
  try {
    const body = await (await runningSnapt(identityFile, config)).get("/status.json");
    const { mapping = [] }: { readonly mapping?: readonly MappingWay[] } = JSON.parse(body);
    return mapping;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return [];
  }
}
