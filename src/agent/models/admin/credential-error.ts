/** A credential that cannot be stored as it is; the message says why, without it. */
export class CredentialError extends Error {}
