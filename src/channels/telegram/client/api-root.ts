/** Address of the Bot API unless `apiRoot` names another. */
export const PUBLIC_API_ROOT = "https://api.telegram.org";
