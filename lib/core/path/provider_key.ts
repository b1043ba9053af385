/** Key of a provider in the shell's table, e.g. an interface name. */
export type ProviderKey = string;
