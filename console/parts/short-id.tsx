// An id, cut in the middle; the whole one is in its title and is what Copy copies.
import { shortId } from '../words/format.ts';
import { CopyButton } from './copy-button.tsx';

export function ShortId({ id, what }: { id: string; what?: string }) {
  return (
    <span class="short-id">
      <code title={id}>{shortId(id)}</code>
      {what && <CopyButton text={id} what={what} />}
    </span>
  );
}
