/**
 * What the schema of the Windows Task Scheduler (http://schemas.microsoft.com/windows/2004/02/mit/task,
 * version 1.2) says of the elements that a task of ours has.
 */
import type { XmlElement } from "./xml_tree.ts";

const DURATION = /^P(?!$)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;
const BOOLEAN = /^(?:true|false)$/;
const TEXT = /^[^]+$/;
/** Of a path: 260 characters. */
const PATH = /^[^]{1,260}$/;

/** What may be below an element, or its text. */
type Rule = RegExp | {
  readonly needed?: readonly string[];
  readonly optional?: readonly string[];
  /** As they are named above, one after the other. */
  readonly isSequence?: boolean;
};

const RULES: Readonly<Record<string, Rule>> = {
  Task: {
    needed: ["Actions"],
    optional: ["RegistrationInfo", "Triggers", "Principals", "Settings"],
  },
  RegistrationInfo: { optional: ["Description", "URI"] },
  Description: TEXT,
  URI: /^\\./,
  Triggers: { optional: ["BootTrigger", "LogonTrigger"] },
  BootTrigger: { optional: ["Enabled"], isSequence: true },
  LogonTrigger: { optional: ["Enabled", "UserId"], isSequence: true },
  Enabled: BOOLEAN,
  UserId: TEXT,
  Principals: { needed: ["Principal"] },
  Principal: { optional: ["UserId", "LogonType", "RunLevel"] },
  LogonType: /^(?:S4U|Password|InteractiveToken)$/,
  RunLevel: /^(?:LeastPrivilege|HighestAvailable)$/,
  Settings: {
    optional: [
      ...["MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries"],
      ...["ExecutionTimeLimit", "RestartOnFailure", "StartWhenAvailable"],
    ],
  },
  MultipleInstancesPolicy: /^(?:Parallel|Queue|IgnoreNew|StopExisting)$/,
  DisallowStartIfOnBatteries: BOOLEAN,
  StopIfGoingOnBatteries: BOOLEAN,
  StartWhenAvailable: BOOLEAN,
  ExecutionTimeLimit: DURATION,
  RestartOnFailure: { needed: ["Interval", "Count"] },
  Interval: /^PT[1-9]\d*M$/, // a minute at least
  Count: /^(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/,
  Actions: { needed: ["Exec"] },
  Exec: { needed: ["Command"], optional: ["Arguments", "WorkingDirectory"] },
  Command: PATH,
  Arguments: TEXT,
  WorkingDirectory: PATH,
};

/** What is wrong with it; empty when the schema has nothing against it. */
export function taskProblems(root: XmlElement): readonly string[] {
  const problems = [...elementProblems(root)];
  if (root.name !== "Task" || root.attributes.get("version") !== "1.2") {
    problems.push("no task 1.2");
  }
  const child = (name: string) => root.children.find((one) => one.name === name);
  const principals = child("Principals")?.children.map(({ attributes }) => attributes.get("id"));
  const context = child("Actions")?.attributes.get("Context");
  if (context === undefined || principals?.includes(context) !== true) {
    problems.push(`Actions run as ${context}, whom nothing names`);
  }
  return problems;
}

function elementProblems({ name, children, text }: XmlElement): readonly string[] {
  const rule = RULES[name];
  if (rule === undefined) return [`${name} is not known`];
  if (rule instanceof RegExp) {
    return children.length === 0 && rule.test(text)
      ? []
      : [`${name} is not ${JSON.stringify(text)}`];
  }
  const { needed = [], optional = [], isSequence = false } = rule;
  const names = children.map((one) => one.name);
  const known = [...needed, ...optional];
  const order = names.map((one) => known.indexOf(one));
  return [
    ...needed.filter((one) => !names.includes(one)).map((one) => `${name} has no ${one}`),
    ...names.filter((one) => !known.includes(one)).map((one) => `${name} has ${one} in it`),
    ...(new Set(names).size < names.length ? [`${name} has something twice`] : []),
    ...(isSequence && order.some((at, index) => at < (order[index - 1] ?? 0))
      ? [`${name} is in another order`]
      : []),
    ...(text.trim() === "" ? [] : [`${name} has text beside elements`]),
    ...children.flatMap(elementProblems),
  ];
}
