// The server side of the htmx example: the user's notifications as HTML. A real application does this with its own
// templates.

export interface Fragments {
  /** HTML of `badge` or `list`, for a user. */
  render(name: string, userId: string): Promise<string | undefined>;
}

export interface FragmentsDeps {
  httpUrl: string;
  token(userId: string): Promise<string>;
}

const LIST_SIZE = 20;

export function htmxFragments({ httpUrl, token }: FragmentsDeps): Fragments {
  const inbox = async (userId: string) => {
    const reply = await fetch(`${httpUrl}/api/v2/notifications?size=${LIST_SIZE}`, {
      headers: { authorization: `Bearer ${await token(userId)}` },
    });
    if (!reply.ok) throw new Error(`The inbox answered ${reply.status}.`);
    return (await reply.json()) as { notifications: { title: string; is_read: boolean }[]; unread_count: number };
  };
  return {
    async render(name, userId) {
      if (name === 'badge') return `<b>${(await inbox(userId)).unread_count}</b> unread`;
      if (name !== 'list') return undefined;
      const { notifications } = await inbox(userId);
      return notifications
        .map(({ title, is_read: isRead }) => `<li${isRead ? '' : ' class="unread"'}><bdi>${escaped(title)}</bdi></li>`)
        .join('\n');
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
