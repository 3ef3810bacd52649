#!/usr/bin/env bun
console.error("openclaw: no command is built in yet");
process.exitCode = 1;
