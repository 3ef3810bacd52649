import { Observable } from "./observable.ts";

/** The rooms of the interface, by the first part of the address. */
export const ROOMS = ["chat", "overview", "config", "logs"] as const;

export type Room = (typeof ROOMS)[number];

/** Where in the interface somebody is. */
export interface Place {
  readonly room: Room;
  /** The session of the chat, when the address names one. */
  readonly session?: string | undefined;
}

/** Reads an address; whatever it does not know is the chat. */
export function placeOf(
  basePath: string,
  { pathname, search }: Pick<Location, "pathname" | "search">,
): Place {
  const first = pathname.slice(basePath.length).split("/")[1] ?? "";
  const room = ROOMS.find((known) => known === first) ?? "chat";
  const session = new URLSearchParams(search).get("session");
  return { room, ...(session !== null && session !== "" && { session }) };
}

/** The address of a place. */
export function addressOf(basePath: string, { room, session }: Place): string {
  const query = session === undefined ? "" : `?${new URLSearchParams({ session }).toString()}`;
  return `${basePath}/${room}${query}`;
}

/** The address bar: where we are, and going elsewhere without loading the page anew. */
export class Places {
  readonly here: Observable<Place>;

  constructor(
    private readonly basePath: string,
    private readonly page: Window,
  ) {
    this.here = new Observable(placeOf(basePath, page.location));
    page.addEventListener("popstate", () => this.here.set(placeOf(basePath, page.location)));
  }

  /** The address of a place, for a link. */
  address(place: Place): string {
    return addressOf(this.basePath, place);
  }

  go(place: Place): void {
    this.page.history.pushState(null, "", this.address(place));
    this.here.set(place);
  }
}
