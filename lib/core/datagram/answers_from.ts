/**
 * From which ports of its server a flow takes answers: from the one that it sends to, or from any,
 * as with TFTP, where each transfer is answered from a port of its own. Never from another host.
 */
export const ANSWERS_FROM = ["ownPort", "anyPort"] as const;
export type AnswersFrom = (typeof ANSWERS_FROM)[number];
