import type { Run } from "../command.ts";
import { type configureFlags, type SectionId, SECTIONS } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Choice } from "../terminal/prompts.ts";
import { refuseForeignState } from "../whose-state.ts";
import { refuseInvalid } from "./edit.ts";
import { Interview } from "./interview.ts";
import { START_PATIENCE_MS } from "./limits.ts";
import { askModel } from "./model/ask.ts";
import { NO_PROGRESS } from "./progress.ts";
import { awaitGateway, lookAtGateway } from "./reach.ts";
import { askChannels } from "./steps/channels.ts";
import { askGateway, settleGateway } from "./steps/gateway.ts";
import { linkPhone } from "./steps/link-phone.ts";
import { askRemote, remoteUrl } from "./steps/remote.ts";
import { askService } from "./steps/service.ts";
import { askWorkspace, settleWorkspace } from "./steps/workspace.ts";

export const run: Run<typeof configureFlags> = async ({ flags, session }) => {
  const sections = flags.section.map(sectionNamed);
  const { prompts } = session;
  if (prompts === undefined) {
    throw new CliError("This asks questions, and nobody is at a terminal to answer them.", {
      hint: [
        "Without one: openclaw config get <path>, openclaw config set <path> <value>,",
        "openclaw config patch --file <file>, openclaw config validate",
      ].join("\n"),
    });
  }
  refuseForeignState(session);
  refuseInvalid(session);
  const interview = new Interview(prompts, NO_PROGRESS);
  if (sections.length > 0) {
    for (const id of SECTIONS.filter((section) => sections.includes(section)))
      if (!(await change(session, interview, id))) return;
    return;
  }
  for (;;) {
    const id = await prompts.select<SectionId | "done">({
      question: "What shall be changed?",
      choices: CHOICES,
    });
    if (id === "done" || !(await change(session, interview, id))) return;
  }
};

const CHOICES: readonly Choice<SectionId | "done">[] = [
  { value: "model", label: "Model", hint: "who answers, with which credential" },
  { value: "workspace", label: "Workspace", hint: "the folder the agent works in" },
  { value: "gateway", label: "Gateway", hint: "port, who may reach it, how clients sign in" },
  { value: "channels", label: "Channels", hint: "Telegram, WhatsApp" },
  { value: "daemon", label: "Service", hint: "the gateway runs by itself" },
  { value: "health", label: "Health", hint: "does the gateway answer?" },
  { value: "done", label: "Nothing more" },
];

function sectionNamed(text: string): SectionId {
  const found = SECTIONS.find((section) => section === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new CliError(`Invalid --section. Use one of: ${SECTIONS.join(", ")}.`);
}

/** Asks for one section; false when nothing else is to be asked, since the gateway runs elsewhere. */
async function change(session: Session, interview: Interview, id: SectionId): Promise<boolean> {
  const { prompts } = interview;
  switch (id) {
    case "workspace":
      await settleWorkspace(session, await askWorkspace(session, interview, {}));
      await prompts.told("The workspace is ready.", "success");
      return true;
    case "model":
      await askModel(session, interview, {
        wish: undefined,
        quick: false,
        secrets: "plaintext",
        skipTrial: false,
      });
      return true;
    case "gateway":
      return changeGateway(session, interview);
    case "channels":
      if (await askChannels(session, interview)) await link(session, interview);
      return true;
    case "daemon": {
      const installed = await askService(session, interview, { wish: undefined, quick: false });
      if (installed) await tellHealth(session, interview, START_PATIENCE_MS);
      return true;
    }
    case "health":
      await tellHealth(session, interview, 0);
      return true;
  }
}

/** Links a phone by the gateway that runs, if one does. */
async function link(session: Session, interview: Interview): Promise<void> {
  const { prompts } = interview;
  const { ok } = await prompts.progress("Asking the gateway", lookAtGateway(session));
  if (ok) await linkPhone(session, interview);
  else
    await prompts.told("Start the gateway, then link it: openclaw channels login --channel whatsapp", "warn");
}

async function changeGateway(session: Session, interview: Interview): Promise<boolean> {
  const mode = await interview.prompts.select<"local" | "remote">({
    question: "Where does the gateway run?",
    choices: [
      { value: "local", label: "On this machine" },
      { value: "remote", label: "Elsewhere", hint: "this machine only uses it" },
    ],
    initial: remoteUrl(session) === undefined ? "local" : "remote",
  });
  if (mode === "remote") {
    await askRemote(session, interview, {});
    return false;
  }
  await settleGateway(session, await askGateway(session, interview, {}));
  await interview.prompts.told(
    "Written. A change of port or address takes: openclaw gateway restart",
    "success",
  );
  return true;
}

async function tellHealth(session: Session, { prompts }: Interview, patienceMs: number): Promise<void> {
  const looking = patienceMs > 0 ? awaitGateway(session, patienceMs) : lookAtGateway(session);
  const { ok, url, error, latencyMs } = await prompts.progress("Asking the gateway", looking);
  if (ok) await prompts.told(`The gateway answers at ${url} (${latencyMs ?? 0} ms).`, "success");
  else await prompts.told(`The gateway at ${url} does not answer: ${error ?? "no reason is known"}`, "warn");
}
