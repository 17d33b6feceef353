// The hook in React components of your own.
import { useNotifications } from 'carillon/client/react';
import { createRoot } from 'react-dom/client';
import { apiUrl, getToken } from '../demo.ts';

function Inbox() {
  const { notifications, unreadCount, isConnected, markRead } = useNotifications({ apiUrl, getToken });
  return (
    <>
      <p>
        {unreadCount} unread, {isConnected ? 'connected' : 'not connected'}
      </p>
      <ul>
        {notifications.map(({ id, title, is_read: isRead }) => (
          <li key={id} className={isRead ? '' : 'unread'}>
            {title}{' '}
            {!isRead && (
              <button type="button" onClick={() => markRead(id)}>
                Mark as read
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

createRoot(document.querySelector('#root')!).render(<Inbox />);
