// The client for a page that htmx refreshes: its events become DOM events, and `sync_notify` is the one the fragments
// wait for.
import { createNotifications, dispatchDomEvents } from 'carillon/client';
import 'htmx.org';
import { apiUrl, getToken, user } from '../demo.ts';

// In your application the session says who asks; here the fragments' URLs do.
document.body.addEventListener('htmx:configRequest', (event) => {
  (event as CustomEvent).detail.parameters.user = user;
});

const notifications = createNotifications({ apiUrl, getToken });
dispatchDomEvents(notifications);
notifications.start();
