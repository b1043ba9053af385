import type { DecisionConfig } from "../../config/decision_config.ts";
import { type ConfirmationEvent, noticeOfConfirmation } from "../../core/notice/notice.ts";
import type { Terminal } from "../../net/terminal.ts";
import type { CnaptSite } from "../../relay/site/cnapt_site.ts";
import type { DecisionTask } from "../../relay/decision/decision_task.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import { Confirmations, type ConfirmationSnapshot } from "../../relay/decision/confirmations.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import { TerminalAnswers } from "./terminal_answers.ts";

interface Decided {
  readonly site: CnaptSite;
  readonly decision: DecisionTask;
}

/** What asks a person: log, terminal and notices; and what happens after a yes. */
export function openConfirmations(
  { config, running, table, board, terminal, tasks, log }: {
    /** What holds now. */
    readonly config: () => DecisionConfig;
    /** The sites, which may come later. */
    readonly running: readonly Decided[];
    readonly table: ProviderTable;
    readonly board: NoticeBoard;
    readonly terminal: Terminal | null;
    /** The program's. */
    readonly tasks: TaskGroup;
    readonly log: RelayLog;
  },
): Confirmations {
  const answers = terminal === null ? null : new TerminalAnswers(
    terminal,
    (provider, answer) => confirmations.answer(provider, answer),
    tasks.child("terminal", "keepGoing"),
  );
  const tell = (event: ConfirmationEvent, question: ConfirmationSnapshot) => {
    const at = tasks.date().toISOString();
    for (const site of question.sites) {
      const source = { program: "cnapt", site, client: null } as const;
      board.publish(noticeOfConfirmation(source, event, question, at));
    }
  };
  const confirmations: Confirmations = new Confirmations({
    get answerWithinMs() {
      return config().answerWithin;
    },
    get askAgainMs() {
      return config().askAgain;
    },
    tasks,
    asked: (question) => {
      const { provider, from, reason, leftMs } = question;
      const within_s = Math.round(leftMs / 1_000);
      const command = `cnapt confirm ${provider}`;
      log.info("confirmation-wanted", { provider, from, reason, within_s, command });
      tell("confirmationWanted", question);
      answers?.asked(question);
    },
    ended: (question, end) => {
      log.info("confirmation-ended", { provider: question.provider, answer: end });
      tell("confirmationEnded", { ...question, reason: end });
      answers?.ended(question, end);
    },
    use: async (provider, sites) => {
      table.confirm(provider);
      const wanted = running.filter(({ site }) => sites.includes(site.name));
      for (const { site } of wanted) site.providersChanged();
      const failures = await Promise.all(
        wanted.map(async ({ decision }) => await decision.confirm(provider) ?? []),
      );
      const said = failures.flat();
      if (said.length === wanted.length) table.unconfirm(provider);
      return said;
    },
  });
  return confirmations;
}
