/** C libraries of Linux by the name their loader knows: glibc, and musl on the processors we build for. */
export const C_LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"] as const;
