/** Settings that more than one of the configurations has, with the same words. */
import { bytes, durationMs, metricsAddress } from "./common_settings.ts";
import { notifyConfig } from "./notify_config.ts";
import { type Field, optional, wholeNumber } from "./schema.ts";

export const drain = optional(
  durationMs("0s"),
  5_000,
  "How long written bytes may take to arrive when the program ends.",
);

export const notify = optional(notifyConfig, [], {
  says: "Which programs are told when the path changes, one way in each entry.",
  example: '[{ post: "http://127.0.0.1:9000/x" }]',
});

export const metrics = optional(metricsAddress, null, {
  says: "Where metrics are collected, from other machines too: /metrics, /healthz, /readyz.",
  ...{ usual: "off", example: "0.0.0.0:9787" },
});

/** What is kept of connections. `whose`: of what a session is. */
export function memoryFields(
  whose: string,
): Readonly<Record<"ring" | "sessionMemory" | "processMemory", Field<number>>> {
  return {
    ring: optional(
      bytes("16KiB"),
      4 * 1_048_576,
      "What is kept of one connection, each way, until it has arrived.",
    ),
    sessionMemory: optional(
      bytes("16KiB"),
      256 * 1_048_576,
      `The same for all connections of one ${whose}.`,
    ),
    processMemory: optional(bytes("16KiB"), 1_073_741_824, "The same for the program."),
  };
}

/** Bounds on those who have not proved a key. */
export const strangerFields = {
  pendingPerSource: optional(
    wholeNumber(1, 100_000),
    512,
    "How many connections of one address may be without a proven key.",
  ),
  failuresPerSecond: optional(
    wholeNumber(1, 100_000),
    20,
    "How often a second one address may fail to prove a key.",
  ),
  pending: optional(
    wholeNumber(1, 1_000_000),
    4_096,
    "How many connections may be without a proven key.",
  ),
} as const;
