import type { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { MediaStore } from "./state/media.ts";
import { node } from "./wire/index.ts";

/** Answers requests for files, and takes such as are brought. Nothing: the request is none of its own. */
export class MediaHost {
  constructor(
    readonly store: MediaStore,
    readonly journal: Journal,
    readonly faults: Faults,
  ) {}

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const name = request.method === "POST" ? "upload" : "download";
    const about = node(name, { path: pathname });
    this.journal.add("in", undefined, about);
    const fault = this.faults.strike([name], about);
    if (fault?.kind === "refuse") return new Response("refused", { status: fault.code });
    if (fault?.kind === "delay") await fault.until();
    if (fault?.kind === "hang") return new Promise(() => {});
    if (name === "download") {
      const file = this.store.at(pathname);
      if (!file) return new Response("gone", { status: 404 });
      const cut = fault?.kind === "reset" ? file.subarray(0, Math.floor(file.length / 2)) : file;
      return new Response(Uint8Array.from(cut), { headers: { "content-type": "application/octet-stream" } });
    }
    const kind = /^\/mms\/([a-z-]+)\//.exec(pathname)?.[1];
    if (!kind) return new Response("not found", { status: 404 });
    const directPath = this.store.keep(Buffer.from(await request.arrayBuffer()), kind);
    this.journal.stir();
    return Response.json({ url: `https://${this.store.host}${directPath}`, direct_path: directPath });
  }
}
