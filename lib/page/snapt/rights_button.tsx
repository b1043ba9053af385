import { useContext, useId, useRef, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { AllowedServices } from "../../status/client_actions.ts";
import { PageActionsContext } from "../common/page_actions.ts";
import { Name } from "../common/name.tsx";
import { shownText } from "../common/shown_text.ts";
import { chosenIn, ServiceChoice } from "./service_choice.tsx";

export interface RightsButtonProps {
  readonly name: string;
  readonly allowed: AllowedServices;
  readonly services: readonly string[];
}

/** Opens a dialogue in which a person changes what a CNAPT may use. */
export function RightsButton({ name, allowed, services }: RightsButtonProps): JSX.Element {
  const { ask, say, isLive } = useContext(PageActionsContext);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  /** Made anew each time that it is opened, with what holds then. */
  const [opened, setOpened] = useState<{ readonly allowed: AllowedServices } | null>(null);
  const shown = shownText(name).short;
  const open = () => {
    if (!isLive) return;
    setOpened({ allowed });
    dialog.current?.showModal();
  };
  const save = (event: Event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const wanted = chosenIn(event.target, id);
    dialog.current?.close();
    ask("allow", { name, services: wanted }).then((answer) => {
      if (answer.kind === "failed") return say({ level: "bad", text: answer.error });
      const what = wanted === "all" ? "all services" : wanted.join(", ");
      say({ level: "good", text: `${shown} may use ${what} from now on.` });
    }).catch((error: unknown) => say({ level: "bad", text: `Cannot read its answer: ${error}` }));
  };
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={`Change what ${shown} may use`}
        aria-haspopup="dialog"
        aria-disabled={isLive ? undefined : "true"}
        onClick={open}
      >
        Change
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setOpened(null)}>
        {opened === null ? null : (
          <form method="dialog" onSubmit={save}>
            <h3 id={`${id}-title`}>
              What <Name text={name} /> may use
            </h3>
            <ServiceChoice id={id} services={services} chosen={opened.allowed} />
            <p class="quiet">In force at once, also for what is connected.</p>
            <div class="actions">
              <button type="submit" class="button main">Save</button>
              <button type="button" class="button" onClick={() => dialog.current?.close()}>
                Cancel
              </button>
            </div>
          </form>
        )}
      </dialog>
    </>
  );
}
