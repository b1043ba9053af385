import type { SnaptConfig } from "../../config/snapt_config.ts";

/** Whether anything could be reached by UDP. */
export function needsDatagrams(
  { services, destinations, clients, clientServices }: Pick<
    SnaptConfig,
    "services" | "destinations" | "clients" | "clientServices"
  >,
): boolean {
  const hasService = [...services.values()].some(({ protocol }) => protocol === "udp");
  const all = [{ destinations, clientServices }, ...clients.values()];
  return hasService ||
    all.some((one) =>
      one.destinations.length > 0 || one.clientServices.some(({ protocol }) => protocol !== "tcp")
    );
}
