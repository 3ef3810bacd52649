import { useEffect, useRef } from "preact/hooks";
import { Chat } from "./chat/chat.tsx";
import { Config } from "./config/config.tsx";
import type { PageFacts } from "./facts.ts";
import type { Link } from "./link/link.ts";
import type { Live } from "./live/live.ts";
import { Logs } from "./logs/logs.tsx";
import { useObservable } from "./observable.ts";
import { Overview } from "./overview/overview.tsx";
import { Claw } from "./parts/claw.tsx";
import { type Place, type Places, type Room, ROOMS } from "./place.ts";
import { Connecting, LostBar, Unreachable } from "./sign-in/connecting.tsx";
import { SignIn } from "./sign-in/sign-in.tsx";

interface AppProps {
  readonly facts: PageFacts;
  readonly link: Link;
  readonly places: Places;
}

const TITLES: Readonly<Record<Room, string>> = {
  chat: "Chat",
  overview: "Overview",
  config: "Configuration",
  logs: "Logs",
};

/** Everything: the way in while there is none, and the rooms behind it. */
export function App({ facts, link, places }: AppProps) {
  const state = useObservable(link.state);
  // What was shown last stays while the connection is away.
  const latest = useRef<Live | undefined>(undefined);
  if (state.phase === "online") latest.current = state.live;
  // Who is signed out sees nothing of what there was.
  if (state.phase === "refused") latest.current = undefined;
  const live = latest.current;
  if (state.phase === "refused") return <SignIn refusal={state.refusal} link={link} />;
  if (live === undefined) {
    return state.phase === "lost" ? <Unreachable state={state} link={link} /> : <Connecting />;
  }
  return (
    <>
      <LostBar state={state} link={link} />
      <Rooms facts={facts} link={link} places={places} live={live} />
    </>
  );
}

function Rooms({ facts, link, places, live }: AppProps & { readonly live: Live }) {
  const here = useObservable(places.here);
  const isOutdated = live.hello.server.version !== facts.version;
  useEffect(() => {
    document.title = `${TITLES[here.room]} · OpenClaw`;
  }, [here.room]);
  return (
    <div class="frame">
      <Navigation facts={facts} link={link} places={places} here={here} />
      <main id="room" tabIndex={-1}>
        {isOutdated && (
          <p class="notice" role="status">
            The gateway was updated to {live.hello.server.version}.{" "}
            <button type="button" class="quiet" onClick={() => location.reload()}>
              Load this page again
            </button>
          </p>
        )}
        <RoomOf live={live} link={link} places={places} here={here} />
      </main>
    </div>
  );
}

function RoomOf({
  live,
  link,
  places,
  here,
}: Pick<AppProps, "link" | "places"> & { readonly live: Live; readonly here: Place }) {
  switch (here.room) {
    case "chat":
      return <Chat live={live} places={places} session={here.session} />;
    case "overview":
      return <Overview live={live} link={link} />;
    case "config":
      return <Config live={live} />;
    case "logs":
      return <Logs live={live} />;
    default:
      return here.room satisfies never;
  }
}

function Navigation({ facts, link, places, here }: AppProps & { readonly here: Place }) {
  return (
    <nav aria-label="Rooms">
      <a class="skip" href="#room">
        Skip to the content
      </a>
      <div class="brand">
        <Claw />
        <span>OpenClaw</span>
        {facts.environment !== undefined && (
          <span class={`environment ${facts.environment.color}`}>{facts.environment.label}</span>
        )}
      </div>
      <ul>
        {ROOMS.map((room) => (
          <li key={room}>
            <a
              href={places.address({ room })}
              aria-current={here.room === room ? "page" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                places.go({ room });
              }}
            >
              <RoomIcon room={room} />
              {TITLES[room]}
            </a>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet sign-out" onClick={() => void link.signOut()}>
        Sign out
      </button>
    </nav>
  );
}

const ICONS: Readonly<Record<Room, string>> = {
  chat: "M4 5h16v11H9l-5 4z",
  overview: "M4 13h7V4H4zM13 20h7v-9h-7zM4 20h7v-5H4zM13 9h7V4h-7z",
  config: "M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6",
  logs: "M5 6h14M5 12h14M5 18h8",
};

function RoomIcon({ room }: { readonly room: Room }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[room]} />
    </svg>
  );
}
