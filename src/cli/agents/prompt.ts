import { displayPath } from "../../config/index.ts";
import type { agents, ResultOf } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { promptFlags } from "../commands/agents.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { definitions } from "../terminal/layout.ts";
import { plural } from "../words.ts";

type Report = ResultOf<typeof agents.prompt>;

export const run: Run<typeof promptFlags> = async ({ flags, session }) => {
  const { agent, session: key, group } = flags;
  const params = {
    ...(agent !== undefined && { agentId: agent.toLowerCase() }),
    ...(key !== undefined && { sessionKey: key }),
    ...(group && { group }),
  };
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const report = await withGateway(session, flags, access, (client) =>
    client.request<typeof agents.prompt>("agents.prompt", params, { timeoutMs: flags.timeout }),
  );
  if (flags.json) session.out.json(report);
  else print(session, report);
};

function print({ out, paths }: Session, report: Report): void {
  const { style } = out;
  for (const { name, text, chars, stable, truncated } of report.sections) {
    const facts = [`${chars} characters`, stable ? "stable" : "changes", ...(truncated ? ["cut"] : [])];
    out.line(style.dim(`── ${name} (${facts.join(", ")})`));
    out.line(text);
    out.line();
  }
  out.line(style.dim(`── tools (${report.toolsChars} characters)`));
  for (const line of definitions(
    report.tools.map(
      ({ name, chars, description }) => [name, `${chars} characters. ${description}`] as const,
    ),
  )) {
    out.line(line);
  }
  const missing = report.files.filter((file) => file.missing).map(({ name }) => name);
  out.note("");
  out.note(
    `Agent ${report.agentId}, model ${report.model}, workspace ${displayPath(report.workspace, paths.home)}.`,
  );
  if (missing.length > 0) out.note(`Missing in the workspace: ${missing.join(", ")}.`);
  out.note(
    `System prompt ${report.promptChars} characters, ${plural(report.tools.length, "tool")} ${report.toolsChars}, ` +
      `together ${report.totalChars}.`,
  );
}
