import { CliError } from "../../../src/cli/errors.ts";
import { Output } from "../../../src/cli/terminal/output.ts";
import { TerminalPrompts } from "../../../src/cli/terminal/prompts.ts";

/** A program that asks one question of each kind and writes the answers into the file it is given. */
const [file = "", profile] = process.argv.slice(2);
const sink = (stream: NodeJS.WriteStream) => ({
  isTty: stream.isTTY,
  write: (text: string) => void stream.write(text),
});
const out = new Output({
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  color: true,
  noColor: process.env["NO_COLOR"] !== undefined,
  forceColor: false,
  debug: false,
  profile: profile === "" ? undefined : profile,
});
const prompts = new TerminalPrompts(out);
try {
  await prompts.note("See openclaw status for \u001b[2Jmore.", "Welcome");
  const name = await prompts.text({
    question: "Your name?",
    check: (answer) => (answer === "" ? "Type a name." : undefined),
  });
  const secret = await prompts.secret({ question: "Your secret?" });
  const sure = await prompts.confirm({ question: "Sure?", initial: false });
  const one = await prompts.select({
    question: "Which one?",
    choices: [
      { value: { id: 1 }, label: "first" },
      { value: { id: 2 }, label: "second", hint: "the other" },
    ],
  });
  const some = await prompts.multiselect({
    question: "Which ones?",
    choices: [
      { value: "a", label: "alpha" },
      { value: "b", label: "beta" },
    ],
    initial: ["b"],
  });
  const done = await prompts.progress("working", Promise.resolve("done"));
  await prompts.told("That is all.", "success");
  await Bun.write(file, JSON.stringify({ name, secret, sure, one, some, done }));
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  process.exitCode = error.exitCode;
}
