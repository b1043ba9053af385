import { LocalMisuse } from "../local_misuse.ts";

/** Which kinds of event carry the data that an action needs; other actions need none. */
export type CarriedBy<Action extends string, Kind extends string> = {
  readonly [A in Action]?: readonly Kind[];
};

/**
 * Gives `event` as one of those that carry what `action` needs.
 *
 * @throws {LocalMisuse} the table has the action in a row of another event, which its test denies
 */
export function carrying<Event extends { readonly kind: string }, Kind extends Event["kind"]>(
  event: Event,
  kinds: readonly Kind[],
  action: string,
): Extract<Event, { readonly kind: Kind }> {
  if (isOneOf(event, kinds)) return event;
  throw new LocalMisuse(`Cannot ${action}: ${event.kind} does not carry what that needs`);
}

function isOneOf<Event extends { readonly kind: string }, Kind extends Event["kind"]>(
  event: Event,
  kinds: readonly Kind[],
): event is Extract<Event, { readonly kind: Kind }> {
  return kinds.some((kind) => kind === event.kind);
}
