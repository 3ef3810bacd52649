import type { CompletionRow, Word } from "./table.ts";

/** The zsh script; entries carry their summaries. */
export function zshScript(rows: readonly CompletionRow[]): string {
  const paths = rows.slice(1).map((row) => `"${row.path}"`);
  const values = rows.flatMap((row) =>
    row.values.map(
      ({ option, choices }) => `    "${row.path} ${option}") compadd -- ${choices.join(" ")}; return ;;`,
    ),
  );
  const texts = rows.flatMap((row) => row.texts.map((option) => `"${row.path} ${option}"`));
  const list = (words: readonly Word[]) => words.map((word) => `        ${entry(word)}`).join("\n");
  const entries = rows.map(
    (row) => `    "${row.path}")
      entries=(
${list(row.words)}
      )
      options=(
${list(row.options)}
      ) ;;`,
  );
  return `#compdef openclaw
_openclaw() {
  local trail="openclaw" word
  local -a entries options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$trail $word" in
      ${paths.join("|\\\n      ")}) trail="$trail $word" ;;
    esac
  done
  case "$trail \${words[CURRENT-1]}" in
    ${texts.join("|\\\n    ")}) _files; return ;;
${values.join("\n")}
  esac
  case "$trail" in
${entries.join("\n")}
  esac
  if (( ! $#entries )) || [[ \${words[CURRENT]} == -* ]]; then entries=("\${options[@]}"); fi
  _describe 'openclaw' entries || _files
}
if [ "$funcstack[1]" = "_openclaw" ]; then
  _openclaw "$@"
else
  compdef _openclaw openclaw
fi
`;
}

function entry({ word, summary }: Word): string {
  const text = `${word.replaceAll(":", "\\:")}:${summary.replaceAll(":", "\\:")}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
