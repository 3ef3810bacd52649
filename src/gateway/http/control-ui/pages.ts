/** Where the files of the interface come from: this program, or a folder of the owner's. */
export interface Pages {
  /** The one document, whatever the address within the interface. */
  page(request: Request): Promise<Response>;
  /** A file by its path below the interface, decoded and without a leading slash. */
  file(request: Request, path: string): Promise<Response>;
}
