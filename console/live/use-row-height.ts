// The height of a row of the feed: fixed, so that a list of thousands needs no measuring.
import { useEffect, useState } from 'preact/hooks';

/** As in styles/feed.css. */
const WIDE_PX = 58;
const NARROW_PX = 76;
const NARROW = '(max-width: 1400px)';

export function useRowHeight(): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return isNarrow ? NARROW_PX : WIDE_PX;
}
