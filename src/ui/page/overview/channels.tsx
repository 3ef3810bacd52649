import type { ChannelAccountStatus, channels } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { useAnswer } from "../live/use-answer.ts";
import { Badge, Card, Failure, type Tone } from "../parts/card.tsx";
import { CommandLine } from "../parts/command-line.tsx";

/** Every account of every channel as observed, and what is wrong with it. */
export function Channels({ live }: { readonly live: Live }) {
  const { value, error } = useAnswer(
    live,
    (client) => client.request<typeof channels.channelsStatus>("channels.status", {}),
    { events: ["health"] },
  );
  const rows = (value?.channelOrder ?? []).flatMap((channel) =>
    (value?.channelAccounts[channel] ?? []).map((account) => ({
      label: value?.channelLabels[channel] ?? channel,
      account,
    })),
  );
  return (
    <Card title="Channels">
      <Failure text={error} />
      {value !== undefined && rows.length === 0 && (
        <>
          <p class="hint">No chat account is connected. Connect one:</p>
          <CommandLine command="openclaw channels add" />
        </>
      )}
      <ul class="rows">
        {rows.map(({ label, account }) => (
          <li key={`${label}:${account.accountId}`}>
            <span class="grow">
              {label} <small>{nameOf(account)}</small>
            </span>
            <Badge tone={toneOf(account)}>{wordOf(account)}</Badge>
          </li>
        ))}
      </ul>
      {(value?.statusIssues ?? []).map((issue) => (
        <div class="issue" key={`${issue.channel}:${issue.accountId}:${issue.kind}:${issue.message}`}>
          <p>
            <strong>
              {value?.channelLabels[issue.channel] ?? issue.channel} {issue.accountId}:
            </strong>{" "}
            {issue.message}
          </p>
          <Fix text={issue.fix} />
        </div>
      ))}
    </Card>
  );
}

/** A fix is a command, or says in words what to do. */
function Fix({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return /^openclaw [a-z]/.test(text) ? <CommandLine command={text} /> : <p class="hint">{text}</p>;
}

function nameOf({ accountId, self, name }: ChannelAccountStatus): string {
  const handle = self?.username === undefined ? (self?.name ?? name) : `@${self.username}`;
  return handle === undefined ? accountId : `${handle} · ${accountId}`;
}

function wordOf({ enabled, configured, lifecycle, running }: ChannelAccountStatus): string {
  if (enabled === false) return "off";
  if (configured === false) return "not set up";
  return lifecycle ?? (running === true ? "running" : "stopped");
}

function toneOf(account: ChannelAccountStatus): Tone {
  const word = wordOf(account);
  if (word === "ready" || word === "running") return "good";
  if (word === "starting" || word === "recovering") return "busy";
  return word === "blocked" ? "bad" : "calm";
}
