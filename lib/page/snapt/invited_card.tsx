import { useEffect, useRef } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { unreachable } from "../../core/exhaustive.ts";
import type { NewInvitation } from "../../status/client_actions.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { CopyButton } from "../common/copy_button.tsx";
import { timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";
import { RevokeButton } from "./client_actions.tsx";
import { type Redemption, redemptionOf } from "./redemption.ts";
import { QrPicture } from "./qr_picture.tsx";

/** What SNAPT says of its addresses, with the router's word in it, is long. */
const WORDS_LETTERS = 1_000;

export interface InvitedCardProps {
  readonly made: NewInvitation;
  readonly document: SnaptDocument;
  /** The person has done with it. */
  readonly close: () => void;
}

/** A code that was just made: to copy, to type, to photograph; and whether somebody has redeemed it. */
export function InvitedCard({ made, document, close }: InvitedCardProps): JSX.Element {
  const { name, code, command, expiresAt, words, qr } = made;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const found = redemptionOf(document, name);
  // The document may be older than the code.
  const wasSeen = useRef(false);
  if (found.kind !== "over") wasSeen.current = true;
  const redemption: Redemption = wasSeen.current ? found : { kind: "open" };
  const isOpen = redemption.kind === "open";
  return (
    <div class="card invited">
      <div class="invited-text">
        <h3 ref={title} tabIndex={-1}>
          A code for <Name text={name} />
        </h3>
        <p role="status" class={`redemption ${redemption.kind}`}>
          <span class="sign" aria-hidden="true">{isOpen ? "…" : "✓"}</span>
          <span>
            <RedemptionWords redemption={redemption} />
          </span>
        </p>
        {isOpen
          ? (
            <>
              <p>On the other machine:</p>
              <p class="copied">
                <code class="code">{command}</code>
                <CopyButton text={command} what="the command" />
              </p>
              <p>The code alone, to send or to type:</p>
              <p class="copied">
                <code class="code">{code}</code>
                <CopyButton text={code} what="the code" />
              </p>
              <p class="quiet">
                Good for one CNAPT, until{" "}
                {timeOfDay(expiresAt, Date.now())}. It is a secret until then, and shown here only.
              </p>
              {words === "" ? null : (
                <p class="quiet">
                  <Prose text={words} limit={WORDS_LETTERS} />
                </p>
              )}
            </>
          )
          : null}
        <div class="actions">
          <button type="button" class="button main" onClick={close}>
            {isOpen ? "Done" : "Invite another one"}
          </button>
          {isOpen ? <RevokeButton name={name} isCode /> : null}
        </div>
      </div>
      {isOpen ? <QrPicture qr={qr} label={`QR code of the code for ${name}`} /> : null}
    </div>
  );
}

function RedemptionWords({ redemption }: { readonly redemption: Redemption }): JSX.Element {
  switch (redemption.kind) {
    case "open":
      return <>Nobody has redeemed it yet.</>;
    case "redeemed":
      return (
        <>
          Redeemed at {timeOfDay(redemption.at, Date.now())}
          {redemption.isConnected ? ", and connected." : "; not connected yet."}
        </>
      );
    case "over":
      return <>It was taken back, or its time is over: nobody can join with it.</>;
    default:
      return unreachable(redemption);
  }
}
