/** Key of a provider in the shell's table, e.g. an interface name. */
export type ProviderKey = string;

/** The way that is tried where no network seems to be of use: whatever the system does. */
export const SYSTEM_CHOICE: ProviderKey = "default";
