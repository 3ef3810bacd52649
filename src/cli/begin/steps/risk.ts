import { CliError } from "../../errors.ts";
import type { Interview } from "../interview.ts";

const NOTICE = `An agent with tools reads and writes files, runs commands and talks to others. Whoever gets it to listen can use that too, and a model can be talked into things.

- Let only yourself write to it, until you know why somebody else should.
- Give it a user account or a machine of its own if you can.
- Keep secrets it does not need out of its reach.
- Look now and then: openclaw security audit`;

/** Says what an agent is, and asks for consent. @throws CliError without it */
export async function askRisk(interview: Interview): Promise<void> {
  await interview.prompts.note(NOTICE, "Before you begin");
  if (await interview.prompts.confirm({ question: "I understand, and want to go on", initial: true })) return;
  throw new CliError("Nothing was set up.");
}
