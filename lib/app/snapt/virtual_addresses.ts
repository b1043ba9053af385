import type { AddressBook } from "../../config/address_book.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { VirtualConfig } from "../../config/virtual_config.ts";
import { passOnUnlessSystem } from "../../config/system_failure.ts";
import { freeAddress } from "../../core/access/address_pool.ts";
import {
  addAddress,
  commandToAdd,
  isLocalAddress,
  removeAddress,
} from "../../net/virtual_address.ts";
import { NoVirtualAddress } from "../../relay/access/client_service_policy.ts";
import type { Log } from "../program/log.ts";

/** A CNAPT as the virtual addresses know it. */
export interface AddressedClient {
  readonly idHex: string;
  readonly name: string;
}

export interface VirtualAddressesContext {
  readonly virtual: VirtualConfig;
  /** Addresses that the configuration gives to a CNAPT, by its name. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly book: AddressBook;
  /** The IDs of all CNAPTs that are invited and not revoked. */
  readonly known: () => Promise<ReadonlySet<string>>;
  readonly log: Log;
}

/** The virtual addresses of this SNAPT: one for each CNAPT that offers something, for good. */
export class VirtualAddresses {
  readonly #context: VirtualAddressesContext;
  readonly #added = new Set<string>();
  /** One after the other, so that two CNAPTs never get the same. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: VirtualAddressesContext) {
    this.#context = context;
  }

  /**
   * The address of a CNAPT, on this machine.
   *
   * @throws {NoVirtualAddress} none is free, or it is not on this machine
   */
  acquire(client: AddressedClient): Promise<string> {
    const turn = this.#turn.then(() => this.#acquire(client));
    this.#turn = Promise.allSettled([turn]);
    return turn;
  }

  /** The address that stands for a CNAPT; null: it has offered nothing yet. */
  known({ idHex, name }: AddressedClient): string | null {
    const { book, fixed } = this.#context;
    return fixed.get(name) ?? book.all.get(idHex) ?? null;
  }

  /** Takes away what was added. */
  async close(): Promise<void> {
    await this.#turn;
    for (const address of this.#added) {
      await removeAddress(address, this.#context.virtual.interface).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#context.log.warn("virtual-address-left", { address, reason });
      });
    }
    this.#added.clear();
  }

  async #acquire(client: AddressedClient): Promise<string> {
    const address = await this.#assigned(client);
    const { virtual, log } = this.#context;
    if (isLocalAddress(address)) return address;
    const remedy = commandToAdd(address, virtual.interface);
    if (!virtual.manage) {
      throw new NoVirtualAddress(`${address} is not on this machine; add it: ${remedy}`);
    }
    try {
      await addAddress(address, virtual.interface);
    } catch (cause) {
      const reason = `SNAPT is not allowed to add ${address}; add it with: ${remedy}`;
      throw new NoVirtualAddress(reason, { cause });
    }
    this.#added.add(address);
    log.info("virtual-address-added", { address, client: client.name });
    return address;
  }

  async #assigned({ idHex, name }: AddressedClient): Promise<string> {
    const { book, fixed, virtual, known } = this.#context;
    const own = fixed.get(name);
    if (own !== undefined) return own;
    const reserved = new Set(fixed.values());
    const before = book.all.get(idHex);
    if (before !== undefined && !reserved.has(before)) return before;
    const active = await known();
    for (const id of [...book.all.keys()]) if (!active.has(id)) book.forget(id);
    const address = freeAddress(virtual.addresses, new Set([...book.all.values(), ...reserved]));
    if (address === null) {
      throw new NoVirtualAddress("no virtual address is free: enlarge virtual.addresses");
    }
    try {
      await book.assign(idHex, address);
    } catch (cause) {
      passOnUnlessSystem(cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new NoVirtualAddress(`SNAPT cannot write down ${address}: ${reason}`, { cause });
    }
    return address;
  }
}

/** Addresses that the configuration gives to CNAPTs, by their names. */
export function fixedAddresses(config: SnaptConfig): ReadonlyMap<string, string> {
  const fixed = new Map<string, string>();
  for (const [name, { address }] of config.clients) if (address !== null) fixed.set(name, address);
  return fixed;
}
