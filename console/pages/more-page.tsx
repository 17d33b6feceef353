// More: on a narrow screen, the pages that have no tab of their own.

import { changeTheme } from '../shell/theme.ts';
import { store, useConsole } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { dollars } from '../words/format.ts';

export function MorePage() {
  const rows = useConsole((state) => state.rows.length);
  const live = useConsole((state) => state.live);
  return (
    <section class="page" aria-labelledby="page-title">
      <h1 id="page-title">More</h1>
      <ul class="menu">
        <li>
          <a href={linkTo('notifications')}>
            Notifications<span class="quiet">{rows}</span>
          </a>
        </li>
        <li>
          <a href={linkTo('users')}>
            Users<span class="quiet">{live?.users.length ?? 0}</span>
          </a>
        </li>
        <li>
          <a href={linkTo('data')}>Data</a>
        </li>
        <li>
          <a href={linkTo('faults')}>
            Faults<span class={live?.faults ? 'warn' : 'quiet'}>{live?.faults ? `${live.faults} on` : 'off'}</span>
          </a>
        </li>
        <li>
          <a href={linkTo('logs')}>Logs</a>
        </li>
        <li>
          <span>
            Cost of this run<b>{dollars(Number((live?.dollars ?? 0).toPrecision(2)))}</b>
          </span>
        </li>
        <li>
          <button type="button" onClick={changeTheme}>
            Change theme
          </button>
        </li>
        <li>
          <button type="button" onClick={() => store.set({ isHelpOpen: true })}>
            Keyboard shortcuts
          </button>
        </li>
      </ul>
    </section>
  );
}
