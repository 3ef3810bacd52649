/** Characters of one message that WhatsApp's own apps take. */
export const MESSAGE_LIMIT = 65_536;
