import type { ProgramTable } from "../program/command_table.ts";
import { commandsOf, optionsOf } from "./shell_words.ts";

/** For PowerShell 5 and newer, on every system. */
export function powershellScript(program: ProgramTable): string {
  const { name } = program;
  const commands = commandsOf(program);
  const rows = commands.map((command) => {
    const first = command.words[0]?.completes;
    const words = Array.isArray(first) ? first : [];
    const options = optionsOf(command).map((one) => quoted(`--${one.name}`));
    return `    ${quoted(command.name)} = @{ Options = @(${options.join(", ")}); Words = @(${
      words.map(quoted).join(", ")
    }) }`;
  });
  return `# PowerShell completion of ${name}, made by \`${name} completion powershell\`
Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($word, $line, $position)
  $commands = @{
${rows.join("\n")}
  }
  $typed = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  $command = $typed | Where-Object { $_ -ne $word -and $commands.ContainsKey($_) } | Select-Object -First 1
  $offers = if ($null -eq $command) { @($commands.Keys | Sort-Object) + @('--help', '--version') }
    elseif ($word -like '-*') { $commands[$command].Options }
    else { $commands[$command].Words }
  $offers | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
