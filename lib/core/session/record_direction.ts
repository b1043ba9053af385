import type { RoleRecordMessage } from "./message_record.ts";

/** Who sends each message of the record that only one role sends. */
const SENDER_OF = {
  services: "SNAPT",
  places: "SNAPT",
  datagramSession: "SNAPT",
  opened: "SNAPT",
  linkLost: "SNAPT",
  call: "SNAPT",
  clientServicesOpened: "SNAPT",
  offerClientServices: "CNAPT",
  callRefused: "CNAPT",
} as const satisfies Record<RoleRecordMessage["kind"], "CNAPT" | "SNAPT">;

type SentBy<Role extends "CNAPT" | "SNAPT"> = Extract<
  RoleRecordMessage,
  {
    kind: { [K in keyof typeof SENDER_OF]: (typeof SENDER_OF)[K] extends Role ? K : never }[
      keyof typeof SENDER_OF
    ];
  }
>;

/** The messages of the record that CNAPT sends, and those that SNAPT sends. */
export type RecordOfCnapt = SentBy<"CNAPT">;
export type RecordOfSnapt = SentBy<"SNAPT">;

export function isOfCnapt(message: RoleRecordMessage): message is RecordOfCnapt {
  return SENDER_OF[message.kind] === "CNAPT";
}

export function isOfSnapt(message: RoleRecordMessage): message is RecordOfSnapt {
  return SENDER_OF[message.kind] === "SNAPT";
}
