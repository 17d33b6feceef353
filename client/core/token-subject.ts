// Whose token it is, and in which organisation. Not verified: it only names what this browser shares between its tabs.

/**
 * The `sub` of a JWT, and after a space its `org_id` where it has one, their bytes as characters; undefined for any
 * other token.
 */
export function tokenSubject(token: string): string | undefined {
  try {
    const { sub, org_id: org } = JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
    return sub && org ? `${sub} ${org}` : sub;
  } catch {
    // Opaque tokens are allowed; then tabs are shared by `userId` or not at all.
    return undefined;
  }
}
