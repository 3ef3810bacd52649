// Names of the events that WhatsApp Web tells its makers of. None is told, so none has to be known.

export const WEB_EVENTS: readonly never[] = [];
export const WEB_GLOBALS: readonly never[] = [];
export const FLAG_BYTE = 8;
export const FLAG_GLOBAL = 0;
export const FLAG_EVENT = 1;
export const FLAG_FIELD = 2;
export const FLAG_EXTENDED = 4;
