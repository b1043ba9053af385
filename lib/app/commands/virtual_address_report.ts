import { AddressBook } from "../../config/address_book.ts";
import type { Client } from "../../config/clients_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { commandToAdd, isLocalAddress } from "../../net/virtual_address.ts";
import { fixedAddresses } from "../snapt/virtual_addresses.ts";

/** Which virtual address stands for which CNAPT, and how to add those that are missing. */
export async function virtualAddressReport(
  addressBook: string,
  config: SnaptConfig,
  clients: readonly Client[],
): Promise<readonly string[]> {
  const { virtual } = config;
  if (virtual === null) return [];
  const book = await AddressBook.load(addressBook);
  const fixed = fixedAddresses(config);
  const lines: string[] = [];
  for (const { name, idHex } of clients) {
    const address = fixed.get(name) ?? book.all.get(idHex);
    if (address === undefined) continue;
    lines.push(`  ${name.padEnd(16)} is reached at ${address}${state(address, virtual)}`);
  }
  return lines;
}

function state(address: string, virtual: NonNullable<SnaptConfig["virtual"]>): string {
  if (isLocalAddress(address)) return "";
  if (virtual.manage) return ", an address that SNAPT adds when it is needed";
  return `, an address that is not on this machine; add it with: ${
    commandToAdd(address, virtual.interface)
  }`;
}
