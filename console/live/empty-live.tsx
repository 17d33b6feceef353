// The feed before anything was sent: three steps that show the whole path.
import { Icon } from '../parts/icon.tsx';
import { newDraft } from '../send/draft.ts';
import { store } from '../state/console-state.ts';
import { bellOf, linkTo } from '../state/route.ts';

const send = (change: Parameters<typeof newDraft>[0]) => store.set({ sending: newDraft(change) });

export function EmptyLive() {
  return (
    <div class="column feed-column teach" data-column>
      <h2 class="large">Nothing sent yet</h2>
      <p class="quiet">Three steps show the whole path.</p>
      <ol>
        <li>
          <Icon name="dot" tone="accent" />
          <div>
            <b>Open the bell as alice, then send to her</b>
            <p>The bell counts, a toast appears, and the path is shown here.</p>
            <p class="buttons">
              <a class="button" href={bellOf('alice')} target="_blank" rel="noreferrer">
                Open alice’s bell
              </a>
              <button type="button" class="button primary" onClick={() => send({ userId: 'alice' })}>
                Send to alice
              </button>
            </p>
          </div>
        </li>
        <li>
          <Icon name="ring" tone="accent" />
          <div>
            <b>Give her a phone, close her tab, and send again</b>
            <p>
              No socket is open, so her phone receives a push. <a href={linkTo('phones')}>Phones</a> adds one and shows
              it.
            </p>
          </div>
        </li>
        <li>
          <Icon name="ring" tone="accent" />
          <div>
            <b>Schedule one in an hour, then press +1 h</b>
            <p>The clock of every function moves, and it arrives.</p>
            <p class="buttons">
              <button type="button" class="button" onClick={() => send({ userId: 'alice', deliver: 'hour' })}>
                Schedule one
              </button>
            </p>
          </div>
        </li>
      </ol>
      <h2>Or from a terminal</h2>
      <pre>npm run send -- --to alice --title "Hello" --message "From a terminal"</pre>
    </div>
  );
}
