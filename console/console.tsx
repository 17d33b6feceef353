// The console of the local runtime: one page that answers "what happened to my notification?".
import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './shell/shortcuts.ts';
import { applyTheme } from './shell/theme.ts';
import { followRuntime } from './state/follow-runtime.ts';

applyTheme();
listenToKeys();
followRuntime();
render(<App />, document.getElementById('console')!);
