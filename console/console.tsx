// The console of the local runtime: one page that answers "what happened to my notification?".
import { render } from 'preact';
import { App } from './app.tsx';
import { WatchPage } from './pages/watch-page.tsx';
import { listenToKeys } from './shell/shortcuts.ts';
import { applyTheme } from './shell/theme.ts';
import { followRuntime } from './state/follow-runtime.ts';
import { readRoute } from './state/route.ts';

applyTheme();
const { page, rest } = readRoute();
const root = document.getElementById('console')!;
// A tab of a user's own: it must not look like the console, and lives as long as the tab.
if (page === 'watch' && rest !== undefined) render(<WatchPage userId={rest} />, root);
else {
  listenToKeys();
  followRuntime();
  render(<App />, root);
}
