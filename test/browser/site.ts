/** A site on this machine with what pages have: forms, frames, new windows, redirects, dialogs. */
export interface Site extends Disposable {
  readonly url: string;
  readonly port: number;
  /** Paths that were asked for. */
  readonly visits: readonly string[];
}

const HOME = `<!doctype html><title>Home</title><h1>Welcome</h1><p>Some prose.</p>
<a href="/redirect">Inside</a> <a href="/two" target="_blank">Second window</a>
<form onsubmit="out.textContent = 'Hello ' + who.value + ', ' + colour.value + ', ' + keep.checked; return false">
<label>Name <input name="who" id="who"></label>
<select id="colour" aria-label="Colour"><option value="r">Red</option><option value="g">Green</option></select>
<label><input type="checkbox" id="keep"> Keep</label><button>Send</button></form><div id="out"></div>
<button disabled>Locked</button><button onclick="document.title = confirm('Sure?') ? 'yes' : 'no'">Ask</button>
<iframe src="/inner"></iframe>
<script>console.error("from the page"); setTimeout(() => { throw new Error("nobody caught this") });</script>`;

const PAGES: Readonly<Record<string, string>> = {
  "/": HOME,
  "/two": "<!doctype html><title>Two</title><h1>Second</h1>",
  "/inner": `<!doctype html><button onclick="this.textContent = 'Pressed'">Inner</button>`,
  "/frames": `<!doctype html><title>Frames</title><div style="height:40px"></div><iframe id="other"></iframe>
<script>other.src = location.href.replace("127.0.0.1", "localhost").replace("/frames", "/inner")</script>`,
};

/** Serves it on a free port of loopback; `inside` is where `/redirect` leads. */
export function serveSite(inside = "http://10.1.2.3/secret", hostname = "127.0.0.1"): Site {
  const visits: string[] = [];
  const server = Bun.serve({
    hostname,
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      visits.push(pathname);
      if (pathname === "/redirect") return Response.redirect(inside, 302);
      const page = PAGES[pathname];
      const headers = { "content-type": "text/html" };
      return page === undefined
        ? new Response("Not Found", { status: 404 })
        : new Response(page, { headers });
    },
  });
  const port = server.port ?? 0;
  return {
    url: `http://${hostname}:${port}`,
    port,
    visits,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
