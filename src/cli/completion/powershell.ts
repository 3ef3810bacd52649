import type { CompletionRow } from "./table.ts";

/** The PowerShell script. */
export function powershellScript(rows: readonly CompletionRow[]): string {
  const words = rows.map((row) => {
    const all = [...row.words, ...row.options].map(
      ({ word, summary }) => `${quoted(word)}=${quoted(summary)}`,
    );
    return `  ${quoted(row.path)} = [ordered]@{ ${all.join("; ")} }`;
  });
  const values = rows.flatMap((row) =>
    row.values.map(
      ({ option, choices }) => `  ${quoted(`${row.path} ${option}`)} = @(${choices.map(quoted).join(", ")})`,
    ),
  );
  return `# PowerShell completion for openclaw
$OpenClawWords = @{
${words.join("\n")}
}
$OpenClawValues = @{
${values.join("\n")}
}
Register-ArgumentCompleter -Native -CommandName openclaw -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $path = 'openclaw'
  $previous = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
    $previous = $element.ToString()
    if ($OpenClawWords.ContainsKey("$path $previous")) { $path = "$path $previous" }
  }
  $values = $OpenClawValues["$path $previous"]
  if ($values) {
    $values | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $OpenClawWords[$path].GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterName', $_.Value)
  }
}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
