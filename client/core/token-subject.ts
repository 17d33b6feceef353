// Whose token it is. Not verified: it only names what this browser shares between its own tabs.

/** The `sub` of a JWT, its bytes as characters; undefined for any other token. */
export function tokenSubject(token: string): string | undefined {
  try {
    return JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))).sub;
  } catch {
    // Opaque tokens are allowed; then tabs are shared by `userId` or not at all.
    return undefined;
  }
}
