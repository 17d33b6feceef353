// The frame around the pages: rail, bar, the page itself, the drawer, the banner.
import { useEffect } from 'preact/hooks';
import { LivePage } from './live/live-page.tsx';
import { DataPage } from './pages/data-page.tsx';
import { FaultsPage } from './pages/faults-page.tsx';
import { LogsPage } from './pages/logs-page.tsx';
import { MorePage } from './pages/more-page.tsx';
import { NotificationsPage } from './pages/notifications-page.tsx';
import { PhonesPage } from './pages/phones-page.tsx';
import { QueuesPage } from './pages/queues-page.tsx';
import { ScheduledPage } from './pages/scheduled-page.tsx';
import { UsersPage } from './pages/users-page.tsx';
import { SendDrawer } from './send/send-drawer.tsx';
import { Banner } from './shell/banner.tsx';
import { HelpDialog } from './shell/help-dialog.tsx';
import { Rail } from './shell/rail.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { useConsole } from './state/console-state.ts';
import { goTo, type PageName, type Route, useRoute } from './state/route.ts';
import { isProblem } from './words/status.ts';

export function App() {
  const route = useRoute();
  const sending = useConsole((state) => state.sending);
  usePageTitle(route.page);
  useBack(route);
  return (
    <div class="app">
      <TopBar />
      <Rail page={route.page} />
      <main>
        <Page route={route} />
        {sending && <SendDrawer draft={sending} />}
        <Banner />
      </main>
      <HelpDialog />
    </div>
  );
}

function Page({ route: { page, rest } }: { route: Route }) {
  switch (page) {
    case 'notifications':
      return <NotificationsPage selected={rest} />;
    case 'users':
      return <UsersPage />;
    case 'phones':
      return <PhonesPage />;
    case 'scheduled':
      return <ScheduledPage />;
    case 'queues':
      return <QueuesPage name={rest} />;
    case 'data':
      return <DataPage partition={rest} />;
    case 'faults':
      return <FaultsPage />;
    case 'logs':
      return <LogsPage />;
    case 'more':
      return <MorePage />;
    default:
      return <LivePage selected={rest} />;
  }
}

function usePageTitle(page: PageName): void {
  const failed = useConsole((state) => state.rows.filter(isProblem).length);
  useEffect(() => {
    const name = page.charAt(0).toUpperCase() + page.slice(1);
    document.title = `${name}${failed > 0 ? ` (${failed} failed)` : ''} · Carillon local`;
  }, [page, failed]);
}

/** Escape leaves the selected notification. */
function useBack({ page, rest }: Route): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isElsewhere = event.defaultPrevented || document.querySelector('dialog[open], .drawer') !== null;
      if (event.key !== 'Escape' || isElsewhere || rest === undefined) return;
      if (page === 'live' || page === 'notifications') goTo(page);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [page, rest]);
}
