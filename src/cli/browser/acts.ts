import { isRecord } from "../../lib/records.ts";
import type { Run } from "../command.ts";
import type {
  clickFlags,
  dialogFlags,
  evaluateFlags,
  fillFlags,
  tabFlags,
  typeFlags,
  waitFlags,
} from "../commands/browser.ts";
import { CliError, EXIT_UNFINISHED } from "../errors.ts";
import type { Session } from "../session.ts";
import { jsonOption, needed } from "../words.ts";
import { askBrowser, type BrowserFlags, show } from "./ask.ts";

type TabFlags = BrowserFlags & { readonly targetId: string | undefined };

export const click: Run<typeof clickFlags> = ({ flags, args: [ref], session }) => {
  const { double: doubleClick, button, modifiers } = flags;
  const held = modifiers.length > 0 ? { modifiers } : {};
  return act(session, flags, { kind: "click", ref, doubleClick, button, ...held }, `Clicked ${ref}.`);
};

export const type: Run<typeof typeFlags> = ({ flags, args: [ref, text], session }) => {
  const { submit, slowly } = flags;
  return act(session, flags, { kind: "type", ref, text, submit, slowly }, `Wrote into ${ref}.`);
};

export const press: Run<typeof tabFlags> = ({ flags, args: [key], session }) =>
  act(session, flags, { kind: "press", key }, `Pressed ${key}.`);

export const hover: Run<typeof tabFlags> = ({ flags, args: [ref], session }) =>
  act(session, flags, { kind: "hover", ref }, `The pointer is over ${ref}.`);

export const scrollIntoView: Run<typeof tabFlags> = ({ flags, args: [ref], session }) =>
  act(session, flags, { kind: "scrollIntoView", ref }, `${ref} is in view.`);

export const select: Run<typeof tabFlags> = ({ flags, args: [ref, ...values], session }) =>
  act(session, flags, { kind: "select", ref, values }, `Chose in ${ref}.`);

export const fill: Run<typeof fillFlags> = ({ flags, session }) => {
  const fields = jsonOption(needed(flags.fields, "fields"), "fields", []);
  if (!Array.isArray(fields) || !fields.every(isRecord))
    throw new CliError("--fields must be a list of objects.");
  return act(session, flags, { kind: "fill", fields }, `Filled ${fields.length} fields.`);
};

export const wait: Run<typeof waitFlags> = ({ flags, args: [selector], session }) => {
  const { time: timeMs, text, textGone, url, load: loadState, fn, timeoutMs } = flags;
  const wanted = { kind: "wait", selector, timeMs, text, textGone, url, loadState, fn, timeoutMs };
  const { url: _pattern, ...rpc } = flags;
  return act(session, rpc, wanted, "It is there.");
};

export const evaluate: Run<typeof evaluateFlags> = async ({ flags, session }) => {
  const { ref, timeoutMs } = flags;
  const answer = await ask(session, flags, { kind: "evaluate", fn: needed(flags.fn, "fn"), ref, timeoutMs });
  if (flags.json || answer["blockedByDialog"] === true) return report(session, flags, answer, "");
  session.out.line(JSON.stringify(answer["result"] ?? null, null, 2));
  return undefined;
};

export const dialog: Run<typeof dialogFlags> = async ({ flags, session }) => {
  const { accept, dismiss, prompt: promptText, dialogId, targetId } = flags;
  if (accept === dismiss) throw new CliError("Give one of --accept and --dismiss.");
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/hooks/dialog",
    body: { accept, promptText, dialogId, targetId },
    label: "Answering the dialog",
  });
  show(session, flags, answer, () => [
    answer["handled"] === true ? "Answered the dialog." : "The next dialog is answered like this.",
  ]);
};

function ask(session: Session, flags: TabFlags, body: Readonly<Record<string, unknown>>) {
  const { targetId } = flags;
  return askBrowser(session, flags, {
    method: "POST",
    path: "/act",
    body: { ...body, targetId },
    label: "Working",
  });
}

async function act(
  session: Session,
  flags: TabFlags,
  body: Readonly<Record<string, unknown>>,
  done: string,
): Promise<number | void> {
  return report(session, flags, await ask(session, flags, body), done);
}

/** An action that a dialog holds up is not over: the exit code says so. */
function report(
  session: Session,
  flags: TabFlags,
  answer: Readonly<Record<string, unknown>>,
  done: string,
): number | void {
  const blocked = answer["blockedByDialog"] === true;
  show(session, flags, answer, () => (blocked ? [] : [done]));
  if (!blocked) return undefined;
  session.out.note("The page shows a dialog. Answer it: openclaw browser dialog --accept");
  return EXIT_UNFINISHED;
}
