/**
 * Every JSON document that the programs give out, by its schema: a name and a number. Within a
 * number fields are only added; `docs/schemas` is made of these types by `deno task docs`.
 */
import type { MonthLimit } from "../../config/month_limit.ts";
import type { Notice } from "../../core/notice/notice.ts";
import type { AnswerOutcome } from "../../relay/decision/confirmations.ts";
import type { SnaptSwitchOutcome } from "../../relay/server/snapt_networks.ts";
import type { SwitchOutcome } from "../../relay/site/switch_sites.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { MeasuredNetworks } from "../../status/cnapt_status.ts";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import type { RelayDocument } from "../../status/relay_status.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import type { ErrorDocument } from "../program/error_document.ts";
import type { ReloadOutcome } from "../program/reloads.ts";
import type {
  AllowDocument,
  CnaptCheckDocument,
  DoctorDocument,
  EndedClientDocument,
  InitDocument,
  InviteDocument,
  LeaveDocument,
  Probe,
  RelayListDocument,
  SnaptCheckDocument,
  SnaptListDocument,
  SshConfigDocument,
} from "./command_documents.ts";
import type { ServiceDocument } from "./service_document.ts";

/** A reload that was done. */
type ReloadDocument = Extract<ReloadOutcome, { outcome: "reloaded" }>;

/** What is known of the networks of each site, by its name. */
interface NetworksDocument {
  readonly sites: CnaptDocument["decisions"];
}

/** What is given out, by its schema; where the type has no `schema`, it is put before. */
export interface Documents {
  "cnapt.status/1": CnaptDocument;
  "cnapt.why/1": NetworksDocument;
  "cnapt.providers/1": NetworksDocument;
  "cnapt.switch/1": SwitchOutcome | {
    readonly outcome: "released";
    readonly receipts: readonly [];
  };
  "cnapt.confirm/1": AnswerOutcome;
  "cnapt.ping/1": { readonly probes: readonly Probe[] };
  "cnapt.measure/1": { readonly sites: MeasuredNetworks };
  "cnapt.check/1": CnaptCheckDocument;
  "cnapt.doctor/1": DoctorDocument;
  "cnapt.bundle/1": { readonly file: string };
  "cnapt.reload/1": ReloadDocument;
  "cnapt.join/1": {
    readonly file: string;
    readonly site: string;
    /** Where SNAPT is. */
    readonly address: string;
    /** Under which SNAPT knows this CNAPT. */
    readonly name: string;
  };
  "cnapt.leave/1": LeaveDocument;
  "cnapt.sshConfig/1": SshConfigDocument;
  "cnapt.service/1": ServiceDocument;
  "cnapt.history/1": PathHistoryDocument;
  "cnapt.error/1": ErrorDocument;
  "snapt.status/1": SnaptDocument;
  "snapt.switch/1": SnaptSwitchOutcome;
  "snapt.check/1": SnaptCheckDocument;
  "snapt.doctor/1": DoctorDocument;
  "snapt.bundle/1": { readonly file: string };
  "snapt.reload/1": ReloadDocument;
  "snapt.init/1": InitDocument;
  "snapt.invite/1": InviteDocument;
  "snapt.list/1": SnaptListDocument;
  "snapt.allow/1": AllowDocument;
  "snapt.revoke/1": EndedClientDocument;
  "snapt.remove/1": EndedClientDocument;
  "snapt.through/1": {
    readonly file: string;
    readonly relay: string;
    readonly address: string;
  };
  "snapt.service/1": ServiceDocument;
  "snapt.error/1": ErrorDocument;
  "snapt.relay.status/1": RelayDocument;
  "snapt.relay.reload/1": ReloadDocument;
  "snapt.relay.init/1": InitDocument;
  "snapt.relay.invite/1": {
    readonly name: string;
    /** The one-time code, a secret. */
    readonly code: string;
    readonly expiresAt: string;
  };
  "snapt.relay.list/1": RelayListDocument;
  "snapt.relay.revoke/1": { readonly name: string };
  "snapt.relay.limit/1": { readonly name: string } & MonthLimit;
  "snapt.relay.service/1": ServiceDocument;
  "notice/1": Notice;
}

/** The schema of a document. */
export type SchemaName = keyof Documents;
