import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { PathJailError } from "../lib/path-jail/index.ts";
import { answerFile, type FileAnswer } from "./file-answer.ts";
import { folderState } from "./folder-state.ts";
import { type ForeignPath, foreignPath } from "./foreign-path.ts";
import { LiveReload } from "./live-reload.ts";
import { nothingHere, surfaceHeaders } from "./page-policy.ts";
import { CHANGES_NAME, reloadScript } from "./reload-script.ts";
import { starterPage } from "./starter-page.ts";

/** Where the files of the surfaces lie; absolute. */
export interface CanvasPlaces {
  /** The folder agents draw in. */
  readonly root: string;
  /** The same as a person writes it. */
  readonly rootShown: string;
  /** Hosted documents, each in a folder named by its id. */
  readonly documents: string;
  /** Renderers of A2UI that somebody put there. */
  readonly a2ui: string;
  readonly liveReload: boolean;
}

export interface CanvasHostDeps {
  /** Asked for every request, so that a change counts at once. */
  readonly places: () => CanvasPlaces;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A request that was let in. */
export interface CanvasRequest {
  /** GET or HEAD. */
  readonly request: Request;
  readonly surface: "canvas" | "a2ui";
  /** What stands behind the surface in the path, as sent. */
  readonly path: string;
  /** It was let in by the address alone, as the pages of browsers and nodes are. */
  readonly shared: boolean;
  /** For streams: aborted when they have to end, because whoever asked is gone or may not any more. */
  readonly signal: () => AbortSignal;
}

const DOCUMENTS = "documents";

/** Serves the folder agents draw in, the documents made for conversations, and renderers of A2UI. */
export class CanvasHost {
  readonly #live: LiveReload;

  constructor(private readonly deps: CanvasHostDeps) {
    this.#live = new LiveReload(deps);
  }

  /** Never rejects for anything a caller can send. */
  async answer(asked: CanvasRequest): Promise<Response> {
    const places = this.deps.places();
    const { surface, path, shared } = asked;
    if (surface === "canvas" && path === CHANGES_NAME) return this.#changes(asked, places);
    const wanted = foreignPath(path);
    if (!wanted) return nothingHere(shared);
    try {
      if (surface === "a2ui") return await this.#a2ui(asked, wanted, places);
      if (wanted.names[0] === DOCUMENTS) return await this.#document(asked, wanted, places);
      return await this.#page(asked, wanted, places);
    } catch (error) {
      if (!(error instanceof PathJailError)) throw error;
      if (error.kind === "system") this.deps.log.warn(`canvas: ${error.message}`);
      return nothingHere(shared);
    }
  }

  /** Ends what pages listen to. */
  stop(): void {
    this.#live.stop();
  }

  async #page(
    asked: CanvasRequest,
    { names, isFolder }: ForeignPath,
    places: CanvasPlaces,
  ): Promise<Response> {
    const { root, liveReload } = places;
    const state = liveReload && asked.shared ? await folderState(root) : undefined;
    const tail = state === undefined ? undefined : { text: reloadScript(state), tag: state };
    try {
      return await this.#file(asked, { root, names, isFolder, ...(tail && { tail }) });
    } catch (error) {
      const isBare = names.length === 0 && error instanceof PathJailError && error.kind === "missing";
      if (!isBare) throw error;
      return new Response(starterPage(places.rootShown) + (tail?.text ?? ""), {
        headers: { ...surfaceHeaders(asked.shared), "content-type": "text/html; charset=utf-8" },
      });
    }
  }

  /** The first name is the document's, which is a folder of its own: nothing of another one can be reached from it. */
  async #document(asked: CanvasRequest, { names, isFolder }: ForeignPath, places: CanvasPlaces) {
    const [, id, ...rest] = names;
    if (id === undefined || (rest.length === 0 && !isFolder)) return nothingHere(asked.shared);
    return await this.#file(asked, { root: places.documents, names: [id, ...rest], isFolder });
  }

  async #a2ui(asked: CanvasRequest, { names, isFolder }: ForeignPath, { a2ui }: CanvasPlaces) {
    if (names.length === 0 || isFolder) return nothingHere(asked.shared);
    try {
      return await this.#file(asked, { root: a2ui, names, isFolder });
    } catch (error) {
      if (!(error instanceof PathJailError) || error.kind !== "missing") throw error;
      return nothingHere(
        asked.shared,
        `not found: this program comes without a renderer of A2UI; one that is put into ${a2ui} is served here`,
      );
    }
  }

  async #file(
    { request, shared }: CanvasRequest,
    { root, names, isFolder, tail }: Pick<FileAnswer, "root" | "tail"> & ForeignPath,
  ): Promise<Response> {
    const headers = surfaceHeaders(shared);
    const path = [...names, ...(isFolder ? ["index.html"] : [])].join("/");
    try {
      return await answerFile(request, { root, path, headers, ...(tail && { tail }) });
    } catch (error) {
      if (isFolder || !(error instanceof PathJailError) || error.kind !== "kind") throw error;
      // Links of a page in a folder are relative to it, so the folder has to end in a slash.
      const { search } = new URL(request.url);
      const location = `./${encodeURIComponent(names.at(-1) ?? "")}/${search}`;
      return new Response(null, { status: 302, headers: { ...headers, location } });
    }
  }

  #changes({ request, shared, signal }: CanvasRequest, { root, liveReload }: CanvasPlaces): Response {
    if (!liveReload || !shared || request.method !== "GET") return nothingHere(shared);
    const since = new URL(request.url).searchParams.get("since") ?? "";
    return new Response(this.#live.stream(root, since, signal()), {
      headers: { ...surfaceHeaders(shared), "content-type": "text/event-stream; charset=utf-8" },
    });
  }
}
