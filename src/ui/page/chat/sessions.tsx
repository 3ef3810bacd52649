import { useState } from "preact/hooks";
import type { GatewayClient } from "../../../client/browser/index.ts";
import type { sessions } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { useAnswer } from "../live/use-answer.ts";
import { Failure } from "../parts/card.tsx";
import { agoText } from "../parts/times.ts";
import { useNow } from "../parts/use-now.ts";
import { SESSIONS_SHOWN } from "./limits.ts";

function askSessions(client: GatewayClient, search: string) {
  return client.request<typeof sessions.list>("sessions.list", {
    limit: SESSIONS_SHOWN,
    includeDerivedTitles: true,
    includeLastMessage: true,
    ...(search !== "" && { search }),
  });
}

interface SessionsProps {
  readonly live: Live;
  readonly current: string;
  readonly address: (session: string) => string;
  readonly open: (session: string) => void;
  readonly begin: () => void;
  /** Back to the conversation, where there is room for one of the two only. */
  readonly close: () => void;
}

/** The conversations, the newest first. */
export function Sessions({ live, current, address, open, begin, close }: SessionsProps) {
  const [search, setSearch] = useState("");
  const { value, error } = useAnswer(live, (client) => askSessions(client, search.trim()), {
    events: ["sessions.changed"],
    key: search.trim(),
  });
  const now = useNow(30_000);
  return (
    <aside class="sessions" aria-label="Conversations">
      <div class="sessions-head">
        <input
          type="search"
          aria-label="Search conversations"
          placeholder="Search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        {live.may("operator.write") && (
          <button type="button" onClick={begin}>
            New
          </button>
        )}
        <button type="button" class="quiet list-toggle" onClick={close}>
          Close
        </button>
      </div>
      <Failure text={error} />
      <ul>
        {(value?.sessions ?? []).map((row) => {
          const key = String(row["key"]);
          return (
            <li key={key}>
              <a
                href={address(key)}
                aria-current={key === current ? "true" : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  open(key);
                }}
              >
                <span class="session-title">
                  {row["hasActiveRun"] === true && <span class="dot" aria-label="answering" role="img" />}
                  {titleOf(row)}
                </span>
                <small>
                  {[wordOf(row["channel"]), timeOf(row["updatedAt"], now)]
                    .filter((part) => part !== "")
                    .join(" · ")}
                </small>
              </a>
            </li>
          );
        })}
      </ul>
    </aside>
  );
}

/** What a session is called: the name it was given, what it is about, or its key. */
export function titleOf(row: Readonly<Record<string, unknown>>): string {
  const names = [row["label"], row["displayName"], row["derivedTitle"]];
  const name = names.find((candidate) => typeof candidate === "string" && candidate !== "");
  return typeof name === "string" ? name : String(row["key"]).replace(/^agent:[^:]+:/, "");
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function timeOf(value: unknown, now: number): string {
  return typeof value === "number" ? agoText(value, now) : "";
}
