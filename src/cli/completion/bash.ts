import type { CompletionRow } from "./table.ts";

/** The bash script: it walks the words typed so far down the table, then offers what can follow. */
export function bashScript(rows: readonly CompletionRow[]): string {
  const paths = rows.slice(1).map((row) => `"${row.path}"`);
  const values = rows.flatMap((row) =>
    row.values.map(({ option, choices }) => `    "${row.path} ${option}") words="${choices.join(" ")}" ;;`),
  );
  const words = rows.map((row) => {
    const all = [...row.words, ...row.options].map(({ word }) => word);
    return `      "${row.path}") words="${all.join(" ")}" ;;`;
  });
  return `# bash completion for openclaw
_openclaw() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="openclaw" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${paths.join("|\\\n      ")}) path="$path $word" ;;
    esac
  done
  case "$path $prev" in
${values.join("\n")}
  esac
  if [ -z "$words" ]; then
    case "$path" in
${words.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _openclaw openclaw
`;
}
