import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isRecord } from "../../lib/records.ts";
import type { Run } from "../command.ts";
import type { consoleFlags, pdfFlags, screenshotFlags, snapshotFlags } from "../commands/browser.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { askBrowser, type BrowserFlags, show, word } from "./ask.ts";

export const snapshot: Run<typeof snapshotFlags> = async ({ flags, session }) => {
  const { format, interactive, compact, efficient, urls, ...rest } = flags;
  const answer = await askBrowser(session, flags, {
    method: "GET",
    path: "/snapshot",
    query: {
      format,
      mode: efficient ? "efficient" : undefined,
      interactive: interactive || undefined,
      compact: compact || undefined,
      urls: urls || undefined,
      depth: rest.depth,
      limit: rest.limit,
      maxChars: rest.maxChars,
      selector: rest.selector,
      query: rest.query,
      targetId: rest.targetId,
    },
    label: "Reading the page",
  });
  const text = format === "aria" ? JSON.stringify(answer["nodes"], null, 2) : word(answer, "snapshot");
  if (rest.out !== undefined) await save(rest.out, `${text}\n`);
  if (answer["truncated"] === true && !flags.json)
    session.out.note("Cut short; ask for less, or for --max-chars.");
  if (text === "" && !flags.json) session.out.note("There is nothing on this page.");
  show(session, flags, answer, () => (text === "" && rest.out === undefined ? [] : [rest.out ?? text]));
};

export const screenshot: Run<typeof screenshotFlags> = async ({ flags, session }) => {
  const { fullPage, ref, element, type, targetId, out } = flags;
  const body = { fullPage, ref, element, type, targetId, inline: out !== undefined };
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/screenshot",
    body,
    label: "Taking the picture",
  });
  await showFile(session, flags, answer, out);
};

export const pdf: Run<typeof pdfFlags> = async ({ flags, session }) => {
  const { targetId, out } = flags;
  const body = { targetId, inline: out !== undefined };
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/pdf",
    body,
    label: "Printing the page",
  });
  await showFile(session, flags, answer, out);
};

export const messages: Run<typeof consoleFlags> = async ({ flags, session }) => {
  const { level, targetId } = flags;
  const answer = await askBrowser(session, flags, {
    method: "GET",
    path: "/console",
    query: { level, targetId },
    label: "Reading the console",
  });
  const listed = answer["messages"];
  const rows = Array.isArray(listed) ? listed.filter(isRecord) : [];
  show(session, flags, answer, () =>
    rows.map((row) => `${word(row, "timestamp")} ${word(row, "type")}: ${word(row, "text")}`),
  );
};

/** The file is on the gateway's machine; with `--out` it comes here too. */
async function showFile(
  session: Session,
  flags: BrowserFlags,
  { data, ...answer }: Readonly<Record<string, unknown>>,
  out: string | undefined,
): Promise<void> {
  if (out !== undefined) await save(out, Buffer.from(typeof data === "string" ? data : "", "base64"));
  const told = out === undefined ? answer : { ...answer, out: resolve(out) };
  show(session, flags, told, () => [out === undefined ? `MEDIA:${word(answer, "path")}` : resolve(out)]);
}

async function save(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} could not be written: ${why}`, { cause: error });
  }
}
