import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { AuthInteraction } from "./agent.ts";
import { askUnseen } from "./secret-input.ts";

/** Answers a sign-in flow with the person at the terminal. Throws `CliError` when nobody sits there. */
export async function interactionOf(session: Session): Promise<AuthInteraction> {
  const { out, editLines } = session;
  if (editLines === undefined) {
    throw new CliError("A sign-in needs somebody at a terminal.", {
      hint: "Without one, store an API key: openclaw models auth paste-api-key --from-stdin",
    });
  }
  const ask = async (prompt: string, signal: AbortSignal | undefined): Promise<string> => {
    const editor = await editLines();
    const onAbort = () => editor.close();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const typed = await editor.read(prompt);
      if (typed.kind === "line") return typed.text.trim();
      throw new CliError("The sign-in was ended.", { exitCode: 130 });
    } finally {
      signal?.removeEventListener("abort", onAbort);
      editor.close();
    }
  };
  return {
    prompt: async (prompt) => {
      if (prompt.type === "secret") return askUnseen(`${prompt.message}: `);
      if (prompt.type !== "select") return ask(`${prompt.message}: `, prompt.signal);
      prompt.options.forEach(({ label, description }, at) =>
        out.line(`${at + 1}. ${label}${description === undefined ? "" : ` – ${description}`}`),
      );
      const answer = await ask(`${prompt.message} `, prompt.signal);
      const chosen = prompt.options[Number(answer) - 1] ?? prompt.options.find(({ id }) => id === answer);
      if (chosen) return chosen.id;
      throw new CliError(`${answer === "" ? "Nothing" : answer} is none of the choices.`);
    },
    notify: (event) => {
      switch (event.type) {
        case "auth_url":
          out.line(`Open this address in a browser:\n\n  ${event.url}\n`);
          if (event.instructions !== undefined) out.line(event.instructions);
          break;
        case "device_code":
          out.line(`Open ${event.verificationUri} and enter the code ${event.userCode}`);
          break;
        case "info":
          out.line(event.message);
          for (const { url, label } of event.links ?? [])
            out.line(`  ${label === undefined ? "" : `${label}: `}${url}`);
          break;
        case "progress":
          out.aside(event.message);
          break;
      }
    },
  };
}
