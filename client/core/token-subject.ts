// Whose token it is. Not verified: it only names what this browser shares between its own tabs.

/** The `sub` of a JWT; undefined for any other token. */
export function tokenSubject(token: string): string | undefined {
  try {
    const json = atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    const { sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(json, (byte) => byte.charCodeAt(0))));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    // Opaque tokens are allowed; then tabs are shared by `userId` or not at all.
    return undefined;
  }
}
