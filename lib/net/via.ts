/** By which way a connection leaves this machine. */
export type Via =
  /** Whatever route the operating system takes. */
  | { readonly kind: "any" }
  /** From this local address. */
  | { readonly kind: "address"; readonly address: string }
  /**
   * Out of this network device; `addresses` are its own, used where sockets cannot be bound to a
   * device.
   */
  | { readonly kind: "device"; readonly device: string; readonly addresses: readonly string[] };
