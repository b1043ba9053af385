/** One numbered step of the patent. */
export interface PatentStep {
  /** As the rows of the tables write it: `C2` for [CNAPT-2], `S11*` for [SNAPT-11*]. */
  readonly label: string;
  /** What it asks for, in our words. */
  readonly does: string;
}

const CNAPT_PLANNED: readonly string[] = [
  "pause the decision task",
  "hold requests of the applications back",
  "hold replies of client services back",
  "hold datagrams back",
  "keep what the applications go on writing",
  "empty what is being sent",
  "wait until the decision task is paused",
  "read old links up to the last message",
  "have a control link",
  "announce the switch",
  "wait for its confirmation",
  "say on each stream what the last byte is",
  "wait for the peer's last bytes",
  "wait for the peer's OK",
  "close datagram emulators of client services",
  "close links of client services' streams",
  "close emulators of client services",
  "say that this end is ready",
  "wait until the peer is ready",
  "close the old links of the streams",
  "close the old control link",
  "leave the old provider",
  "reach the new provider",
  "use its address from now on",
  "rebind datagram sockets",
  "reopen datagram emulators of client services",
  "reopen emulators of client services",
  "have a control link over the new provider",
  "announce where it is now",
  "wait for renewed client services' links",
  "redirect client services' streams",
  "bind the streams to new links",
  "wait until all is redirected",
  "resume everything and send what was kept",
];

const CNAPT_SUDDEN: readonly string[] = [
  "pause the decision task",
  "stop sending requests",
  "stop sending replies of client services",
  "stop sending datagrams",
  "keep what the applications go on writing",
  "keep what was being sent when the path broke",
  "wait until the decision task is paused",
  "close datagram emulators of client services",
  "close links of client services' streams",
  "close emulators of client services",
  "close the old links of the streams",
  "use the new address from now on",
  "rebind datagram sockets",
  "reopen datagram emulators of client services",
  "reopen emulators of client services",
  "have a control link over the new provider",
  "announce the unexpected switch",
  "wait for renewed client services' links",
  "redirect client services' streams",
  "bind the streams to new links",
  "wait until all is redirected",
  "send again what may be lost",
  "resume everything and send what was kept",
];

const SNAPT_PLANNED: readonly string[] = [
  "see which CNAPT switches",
  "hold replies of the services back",
  "hold requests to client services back",
  "hold datagrams to client services back",
  "keep what the services go on writing",
  "empty what is being sent",
  "read old links up to the last message",
  "say on each stream what the last byte is",
  "confirm the announcement",
  "wait for the peer's last bytes",
  "say that everything arrived",
  "wait until the peer is ready",
  "close links of client services' streams",
  "close the old links of the streams",
  "say that this end is ready",
  "wait for the new control link",
  "note where CNAPT is now",
  "redirect datagrams to client services",
  "open new links for client services",
  "wait until the streams have new links",
  "continue the streams on them",
  "say that all is redirected",
  "resume everything and send what was kept",
];

const SNAPT_SUDDEN: readonly string[] = [
  "see which CNAPT switches, and where it is now",
  "stop sending replies",
  "stop sending requests to client services",
  "stop sending datagrams to client services",
  "keep what the services go on writing",
  "keep what was being sent when the path broke",
  "close links of client services' streams",
  "close the old links of the streams",
  "note where CNAPT is now",
  "redirect datagrams to client services",
  "open new links for client services",
  "wait until the streams have new links",
  "continue the streams on them",
  "say that all is redirected",
  "send again what may be lost",
  "resume everything and send what was kept",
];

function numbered(role: "C" | "S", star: "" | "*", lines: readonly string[]): PatentStep[] {
  return lines.map((does, index) => ({ label: `${role}${index + 1}${star}`, does }));
}

/** Every numbered step: CNAPT planned, CNAPT sudden, SNAPT planned, SNAPT sudden. */
export const PATENT_STEPS: readonly PatentStep[] = [
  ...numbered("C", "", CNAPT_PLANNED),
  ...numbered("C", "*", CNAPT_SUDDEN),
  ...numbered("S", "", SNAPT_PLANNED),
  ...numbered("S", "*", SNAPT_SUDDEN),
];

/** The patent's own way to write a label: `[CNAPT-2]` for `C2`. */
export function patentName(label: string): string {
  return `[${label.startsWith("C") ? "CNAPT" : "SNAPT"}-${label.slice(1)}]`;
}
