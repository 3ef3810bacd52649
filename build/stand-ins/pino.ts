// Baileys makes a logger when it is loaded, which nobody uses: it is given ours.

const quiet = {
  level: "silent",
  child: () => quiet,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
};

/** A logger that says nothing. */
export default function pino() {
  return quiet;
}
