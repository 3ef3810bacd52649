import type { CompletionRow } from "./table.ts";

/** The fish script; one line per word, each bound to the command it follows. */
export function fishScript(rows: readonly CompletionRow[]): string {
  const known = rows.slice(1).map((row) => quoted(row.path));
  const lines = rows.flatMap((row) => {
    const here = `complete -c openclaw -n ${quoted(`__openclaw_at ${quotedInside(row.path)}`)}`;
    return [
      ...row.words.map(({ word, summary }) => `${here} -f -a ${quoted(word)} -d ${quoted(summary)}`),
      ...row.options.map(({ word, summary }) => {
        const choices = row.values.find(({ option }) => option === word)?.choices;
        const values = choices === undefined ? "" : ` -x -a ${quoted(choices.join(" "))}`;
        return `${here} -l ${quoted(word.slice(2))}${values} -d ${quoted(summary)}`;
      }),
    ];
  });
  return `# fish completion for openclaw
set -g __openclaw_paths ${known.join(" ")}

function __openclaw_at
    set -l path openclaw
    for word in (commandline -opc)[2..-1]
        if contains -- "$path $word" $__openclaw_paths
            set path "$path $word"
        end
    end
    test "$path" = "$argv[1]"
end

${lines.join("\n")}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function quotedInside(text: string): string {
  return `"${text}"`;
}
