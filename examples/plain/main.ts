// The client without a framework: subscribe to its state and draw it.
import { createNotifications } from 'carillon/client';
import { apiUrl, getToken } from '../demo.ts';

const notifications = createNotifications({ apiUrl, getToken });
notifications.subscribe(({ notifications: list, unreadCount, connection }) => {
  document.querySelector('#count')!.textContent = String(unreadCount);
  document.querySelector('#status')!.textContent = connection.status;
  document.querySelector('#list')!.replaceChildren(...list.map(row));
});
notifications.start();

function row({ id, title, is_read: isRead }: { id: string; title: string; is_read: boolean }): HTMLElement {
  const item = Object.assign(document.createElement('li'), { className: isRead ? '' : 'unread', textContent: title });
  item.addEventListener('click', () => void notifications.markRead(id));
  return item;
}
