/** One file of the page, compressed once; nothing of it is read before somebody asks. */
export interface PageFile {
  /** With its hash in it: what is behind a name never changes. */
  readonly name: string;
  readonly contentType: string;
  readonly brotli: Blob;
  readonly gzip: Blob;
}

/** Content types of the kinds of files a page is made of. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** The content type of a file of the page. */
export function contentTypeOf(name: string): string {
  return CONTENT_TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
