import { useContext, useEffect, useRef, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { PageActionsContext } from "./page_actions.ts";

export interface ActionButtonProps<Content> {
  readonly label: string;
  /** What a screen reader says, where the label is not enough ("Use this network: wifi0"). */
  readonly name?: string;
  readonly path: string;
  readonly body: unknown;
  /** What is said when it is done. */
  readonly done: (content: Content) => string;
  /** What is asked before it is done; without it, it is done at once. */
  readonly question?: string;
  readonly kind?: "plain" | "main" | "danger";
}

/** A button that asks the program for something, and tells the person what came of it. */
export function ActionButton<Content>(props: ActionButtonProps<Content>): JSX.Element {
  const { label, name = label, path, body, done, question, kind = "plain" } = props;
  const { ask, say, isLive } = useContext(PageActionsContext);
  const [state, setState] = useState<"ready" | "asking" | "busy">("ready");
  const button = useRef<HTMLButtonElement>(null);
  const isOff = !isLive || state === "busy";
  const run = () => {
    setState("busy");
    ask<Content>(path, body).then((answer) => {
      if (answer.kind === "done") say({ level: "good", text: done(answer.content) });
      else say({ level: "bad", text: answer.error });
    })
      .catch((error: unknown) => say({ level: "bad", text: `Cannot read its answer: ${error}` }))
      .finally(() => setState("ready"));
  };
  const press = () => {
    if (isOff) return;
    if (question === undefined) run();
    else setState("asking");
  };
  if (state === "asking" && question !== undefined) {
    const end = (isWanted: boolean) => {
      if (isWanted) run();
      else setState("ready");
      requestAnimationFrame(() => button.current?.focus());
    };
    return <Question question={question} yes={label} kind={kind} end={end} />;
  }
  return (
    <button
      type="button"
      ref={button}
      class={`button ${kind}`}
      aria-label={name}
      aria-disabled={isOff ? "true" : undefined}
      aria-busy={state === "busy" ? "true" : undefined}
      onClick={press}
    >
      {label}
    </button>
  );
}

interface QuestionProps {
  readonly question: string;
  readonly yes: string;
  readonly kind: "plain" | "main" | "danger";
  readonly end: (isWanted: boolean) => void;
}

/** In the place of the button; the focus goes to the answer that does nothing. */
function Question({ question, yes, kind, end }: QuestionProps): JSX.Element {
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), []);
  const leave = (event: KeyboardEvent) => {
    if (event.key === "Escape") end(false);
  };
  return (
    <span class="question" role="group" aria-label={question} onKeyDown={leave}>
      <span>{question}</span>
      <button type="button" class={`button ${kind}`} onClick={() => end(true)}>{yes}</button>
      <button type="button" class="button plain" ref={no} onClick={() => end(false)}>
        Cancel
      </button>
    </span>
  );
}
