// The rail: the pages, their badges, and the state of the connection in words.
import { Icon, type IconName } from '../parts/icon.tsx';
import { store, useConsole } from '../state/console-state.ts';
import { linkTo, type PageName } from '../state/route.ts';
import { changeTheme } from './theme.ts';

interface Entry {
  page: PageName;
  icon: IconName;
  label: string;
  /** Behind More on a narrow screen. */
  isMinor?: boolean;
}

const ENTRIES: Entry[] = [
  { page: 'live', icon: 'live', label: 'Live' },
  { page: 'notifications', icon: 'list', label: 'Notifications', isMinor: true },
  { page: 'users', icon: 'user', label: 'Users', isMinor: true },
  { page: 'phones', icon: 'phone', label: 'Phones' },
  { page: 'scheduled', icon: 'clock', label: 'Scheduled' },
  { page: 'queues', icon: 'tray', label: 'Queues' },
  { page: 'data', icon: 'table', label: 'Data', isMinor: true },
  { page: 'faults', icon: 'bolt', label: 'Faults', isMinor: true },
  { page: 'logs', icon: 'terminal', label: 'Logs', isMinor: true },
];

export function Rail({ page }: { page: PageName }) {
  const live = useConsole((state) => state.live);
  const ended = (live?.queues ?? []).filter(({ role }) => role !== 'work');
  const failures = ended.reduce((sum, { available, in_flight }) => sum + available + in_flight, 0);
  const badges: Partial<Record<PageName, { count: string; tone: string; said: string }>> = {
    scheduled: live?.waiting ? { count: String(live.waiting), tone: 'plain', said: 'waiting' } : undefined,
    queues: failures > 0 ? { count: String(failures), tone: 'bad', said: 'failed or rejected messages' } : undefined,
    faults: live?.faults ? { count: `${live.faults} on`, tone: 'warn', said: 'faults' } : undefined,
  };
  const isMinor = ENTRIES.some((entry) => entry.isMinor && entry.page === page);
  return (
    <nav class="rail" aria-label="Console">
      <div class="brand">
        <Icon name="bell" />
        <span>Carillon</span>
        <span class="tag">local</span>
      </div>
      {ENTRIES.map(({ page: name, icon, label, isMinor: hides }) => (
        <a
          key={name}
          href={linkTo(name)}
          class={hides ? 'minor' : undefined}
          aria-current={page === name ? 'page' : undefined}
        >
          <Icon name={icon} />
          {label}
          <span class={`badge ${badges[name]?.tone ?? ''}`}>
            {badges[name]?.count}
            {badges[name] && <span class="visually-hidden"> {badges[name]!.said}</span>}
          </span>
        </a>
      ))}
      <a href={linkTo('more')} class="only-narrow" aria-current={page === 'more' || isMinor ? 'page' : undefined}>
        <Icon name="more" />
        More
      </a>
      <Connection />
    </nav>
  );
}

function Connection() {
  const link = useConsole((state) => state.link);
  const isUp = link.kind === 'connected';
  const words = isUp ? 'Connected' : link.kind === 'connecting' ? 'Connecting' : 'Reconnecting';
  return (
    <div class="connection">
      <p role="status">
        <Icon name={isUp ? 'dot' : 'retry'} tone={isUp ? 'ok' : 'warn'} />
        <b>{words}</b>
      </p>
      <code class="quiet">{location.host}</code>
      <span class="buttons">
        <button type="button" class="bare-icon" aria-label="Change theme" onClick={changeTheme}>
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="bare-icon"
          aria-label="Keyboard shortcuts"
          onClick={() => store.set({ isHelpOpen: true })}
        >
          <Icon name="help" />
        </button>
      </span>
    </div>
  );
}
