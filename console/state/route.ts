// Which page is open, from the address: `#/live`, `#/live/<event id>`, `#/queues/<name>`.
import { useEffect, useState } from 'preact/hooks';

export const PAGES = [
  'live',
  'notifications',
  'users',
  'phones',
  'scheduled',
  'queues',
  'data',
  'faults',
  'logs',
  'more',
] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  page: PageName;
  /** What follows, decoded: an event's id, a queue's name, a user. */
  rest: string | undefined;
}

export function readRoute(hash = location.hash): Route {
  const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  const known = PAGES.find((name) => name === page);
  return { page: known ?? 'live', rest: known && rest.length > 0 ? decoded(rest.join('/')) : undefined };
}

/** A typed address may have a literal `%`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const linkTo = (page: PageName, rest?: string): string =>
  rest === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(rest)}`;

/** An example page with the bell, signed in as this user. */
export const bellOf = (userId: string, orgId?: string): string => {
  const organisation = orgId === undefined ? '' : `&org=${encodeURIComponent(orgId)}`;
  return `/examples/script-tag/?user=${encodeURIComponent(userId)}${organisation}`;
};

export function goTo(page: PageName, rest?: string): void {
  location.hash = linkTo(page, rest);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = () => setRoute(readRoute());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
