/** What is to be done about a path. */
export type LivenessVerdict =
  | { readonly kind: "fine" }
  /** Send a PING with this token. */
  | { readonly kind: "ask"; readonly token: number }
  /** Ask on other links of this network, and on those of others. */
  | { readonly kind: "askAround" }
  /** Ask the system whether it gets acknowledgements, tell `noteSystem`, and check again. */
  | { readonly kind: "verify" }
  /** Seek another control link, and keep what there is meanwhile. */
  | { readonly kind: "seek" }
  | { readonly kind: "dead"; readonly reason: string };
