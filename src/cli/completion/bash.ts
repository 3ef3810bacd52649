import type { CompletionRow, Word } from "./table.ts";

/** The bash script: it walks the words typed so far down the table, then offers what can follow. */
export function bashScript(rows: readonly CompletionRow[]): string {
  const paths = rows.slice(1).map((row) => `"${row.path}"`);
  const values = rows.flatMap((row) =>
    row.values.map(({ option, choices }) => `    "${row.path} ${option}") words="${choices.join(" ")}" ;;`),
  );
  const texts = rows.flatMap((row) => row.texts.map((option) => `"${row.path} ${option}"`));
  const words = rows.map((row) => {
    const list = (from: readonly Word[]) => from.map(({ word }) => word).join(" ");
    return `      "${row.path}") words="${list(row.words)}" options="${list(row.options)}" ;;`;
  });
  return `# bash completion for openclaw
_openclaw() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="openclaw" words="" options="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${paths.join("|\\\n      ")}) path="$path $word" ;;
    esac
  done
  case "$path $prev" in
    ${texts.join("|\\\n    ")}) COMPREPLY=(); return ;;
${values.join("\n")}
  esac
  if [ -z "$words" ]; then
    case "$path" in
${words.join("\n")}
    esac
    if [ -z "$words" ] || [ "\${cur:0:1}" = "-" ]; then words="$options"; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _openclaw openclaw
`;
}
