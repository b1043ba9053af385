import { AddressBook } from "../../config/address_book.ts";
import type { ClientsStore } from "../../config/clients_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { Log } from "../program/log.ts";
import { fixedAddresses, VirtualAddresses } from "./virtual_addresses.ts";

/** The virtual addresses of all CNAPTs; null where the configuration has none. */
export async function openVirtualAddresses(
  addressBook: string,
  config: SnaptConfig,
  clients: ClientsStore,
  log: Log,
): Promise<VirtualAddresses | null> {
  const { virtual } = config;
  if (virtual === null) return null;
  return new VirtualAddresses({
    virtual,
    fixed: fixedAddresses(config),
    book: await AddressBook.load(addressBook),
    known: async () => {
      const active = (await clients.list()).filter(({ revokedAt }) => revokedAt === null);
      return new Set(active.map(({ idHex }) => idHex));
    },
    log,
  });
}
