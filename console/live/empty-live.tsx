// The feed before anything was sent: three steps that show the whole path.
import { Icon } from '../parts/icon.tsx';
import { newDraft } from '../send/draft.ts';
import { store } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';

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
            <b>Open alice’s inbox, then send to her</b>
            <p>A second tab connects as alice. What you send arrives there, and the path is shown here.</p>
            <p class="buttons">
              <a class="button" href={linkTo('watch', 'alice')} target="_blank" rel="noreferrer">
                Open alice’s inbox
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
