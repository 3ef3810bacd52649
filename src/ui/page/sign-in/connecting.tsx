import type { Link, LinkState } from "../link/link.ts";
import type { Live } from "../live/live.ts";
import { useObservable } from "../observable.ts";
import { Claw } from "../parts/claw.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { useNow } from "../parts/use-now.ts";

/** The first seconds, before there is anything to show. */
export function Connecting() {
  return (
    <main class="gate">
      <div class="gate-card" role="status">
        <Claw />
        <p class="waiting">Connecting to the gateway</p>
      </div>
    </main>
  );
}

/** Nobody answers, and nothing was shown yet. */
export function Unreachable({
  state,
  link,
}: {
  readonly state: LinkState & { phase: "lost" };
  readonly link: Link;
}) {
  return (
    <main class="gate" data-refusal="unreachable">
      <div class="gate-card">
        <Claw />
        <h1>The gateway does not answer</h1>
        <p role="status">{lostText(state, useNow(500))} See how it is, on its machine:</p>
        <CommandLine command="openclaw gateway status" />
        <button type="button" onClick={() => link.retryNow()}>
          Try now
        </button>
      </div>
    </main>
  );
}

/** A connection that was lost, above what was shown last. */
export function LostBar({ state, link }: { readonly state: LinkState; readonly link: Link }) {
  const now = useNow(500);
  if (state.phase === "online") return <EndingBar live={state.live} />;
  return (
    <div class="lost-bar" role="status">
      <span>{state.phase === "lost" ? lostText(state, now) : "Connecting to the gateway…"}</span>
      {state.phase === "lost" && (
        <button type="button" class="quiet" onClick={() => link.retryNow()}>
          Try now
        </button>
      )}
    </div>
  );
}

/** A gateway that said that it ends, while it finishes what it does. */
function EndingBar({ live }: { readonly live: Live }) {
  const ending = useObservable(live.ending);
  if (ending === undefined) return null;
  return (
    <div class="lost-bar" role="status">
      {ending === "restarts" ? "The gateway is about to restart." : "The gateway is being stopped."}
    </div>
  );
}

/** What a lost connection is called, and when it is tried again. */
function lostText({ restarting, nextAt }: LinkState & { phase: "lost" }, now: number): string {
  const seconds = Math.ceil((nextAt - now) / 1000);
  const when = seconds > 1 ? `The next try is in ${seconds} s.` : "Trying now.";
  return restarting
    ? `The gateway restarts; this takes some seconds. ${when}`
    : `There is no connection to the gateway. ${when}`;
}
