/** What `service` does. */
export const SERVICE_ACTIONS = ["install", "uninstall", "start", "stop", "status", "logs"] as const;
export type ServiceAction = typeof SERVICE_ACTIONS[number];
