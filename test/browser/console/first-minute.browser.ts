// What a person does in the first minutes, with the console alone: send, see the path, find out why.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../../support/stack-under-test.ts';
import { openBrowser } from '../bell-page.ts';
import { hasChromium } from '../chromium.ts';
import { type ConsoleOptions, type ConsolePage, openConsole, rowOf } from './open-console.ts';

describe.skipIf(!hasChromium)('the console', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  const opened: ConsolePage[] = [];
  beforeAll(async () => {
    [stack, browser] = await Promise.all([stackUnderTest(), openBrowser()]);
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
    await stack.local.reset();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  const open = async (options?: ConsoleOptions) => {
    const page = await openConsole(browser, stack.outputs.http_url!, options);
    opened.push(page);
    return page.page;
  };

  it('teaches three steps while nothing was sent', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'Nothing sent yet' }).waitFor();
    await page.getByRole('button', { name: 'Send to alice' }).click();
    await page.getByRole('dialog', { name: 'Send a notification' }).waitFor();
  });

  it('sends from the drawer and shows the path, from the bus to the socket', async () => {
    await stack.connect('alice');
    const page = await open();
    await page.keyboard.press('s');
    await page.getByRole('textbox', { name: /^Title/ }).fill('From the drawer');
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Accepted.').waitFor();
    await page.getByRole('link', { name: 'See what happens' }).click();
    await page.getByRole('heading', { name: /^Delivered in/ }).waitFor();
    const timeline = page.locator('.timeline');
    for (const step of [
      'Accepted from carillon.console',
      'queued in Dispatch',
      'dispatch',
      'Stored',
      '200, unread count 1',
    ])
      await timeline.getByText(step).first().waitFor();
    expect(await rowOf(page, 'From the drawer').getAttribute('data-outcome')).toBe('delivered');
    expect(await page.locator('.places-list').innerText()).toMatch(/Stored, unread[\s\S]*200[\s\S]*a socket accepted/);
  });

  it('shows text as text', async () => {
    const page = await open();
    await stack.notify({ user_id: 'alice', title: '<img src=x onerror="document.title=1">', message: '<b>bold</b>' });
    await rowOf(page, '<img src=x').click();
    await page.locator('.detail h2', { hasText: '<img' }).waitFor();
    expect(await page.locator('#console img, .detail h2 b').count()).toBe(0);
  });

  it('shows an acknowledgement and a read as they happen', async () => {
    const socket = await stack.connect('alice');
    const page = await open();
    await stack.notify({ user_id: 'alice', title: 'Please confirm', requires_ack: true });
    const { notification } = await socket.frame('notification');
    await rowOf(page, 'Please confirm').click();
    await page.locator('.timeline').getByText('Acknowledged', { exact: true }).waitFor();
    socket.send({ action: 'ack', notification_id: notification.id });
    await page.locator('.timeline').getByText('Acknowledged by').waitFor();
    await stack.as('alice', 'PUT', `/api/v2/notifications/${notification.id}/read`);
    await page.locator('.timeline').getByText('Read by alice').waitFor();
    await page.locator('a.row', { hasText: /Delivered, read after/ }).waitFor();
  });

  it('names the field at fault, and sends the corrected event', async () => {
    const page = await open();
    await stack.notify({ user_id: 'alice', title: 'x'.repeat(256) });
    await page.locator('a.row[data-outcome=rejected]').click();
    await page.getByText('Field title: must have at most 255 characters.').waitFor();
    await page
      .locator('.rail')
      .getByRole('link', { name: /Queues/ })
      .click();
    await page.getByRole('heading', { name: 'title is not valid' }).waitFor();
    await page.getByRole('button', { name: 'Correct and send' }).click();
    await page.getByText('Correct 1 field to send').waitFor();
    const title = page.getByRole('textbox', { name: /^Title/ });
    expect(await title.getAttribute('aria-invalid')).toBe('true');
    await title.fill('Corrected');
    await page.getByText('Correct 1 field to send').waitFor({ state: 'hidden' });
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Accepted.').waitFor();
    await page.getByText('Nothing rejected. Send without a title to see one.').waitFor();
    expect(await stack.local.messagesOf(stack.outputs.rejected_queue_url!)).toEqual([]);
  });

  it('says why an event with an unknown detail type reached nobody', async () => {
    const page = await open();
    await stack.put([{ detail_type: 'notification.request', detail: { user_id: 'alice' } }]);
    await rowOf(page, 'notification.request').click();
    await page.getByText('Unknown detail type, did you mean notification.requested?', { exact: true }).waitFor();
    await rowOf(page, 'Rejected: unknown detail type').waitFor();
  });

  it('counts down to a scheduled notification, and delivers it when the clock is moved', async () => {
    const page = await open();
    await page.keyboard.press('s');
    await page.getByRole('textbox', { name: /^Title/ }).fill('In an hour');
    await page.getByRole('radio', { name: 'In 1 h' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Accepted.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('a.row', { hasText: /Scheduled for/ }).waitFor();
    await page
      .locator('.rail')
      .getByRole('link', { name: /Scheduled/ })
      .click();
    await page
      .locator('.scheduled tbody tr', { hasText: 'In an hour' })
      .getByText(/^59 min|^1 h/)
      .waitFor();
    await page.getByRole('button', { name: /Next due/ }).click();
    await page.getByText('Nothing is waiting.').waitFor();
    await page.locator('.rail').getByRole('link', { name: 'Live' }).click();
    await page.locator('a.row[data-outcome=inbox]', { hasText: 'In an hour' }).waitFor();
  });

  it('runs a scheduled notification at once, moves one, and cancels one', async () => {
    const page = await open({ path: '#/scheduled' });
    const deliverAt = new Date((await stack.local.now()) + 7_200_000).toISOString();
    for (const title of ['Run me', 'Move me', 'Cancel me'])
      await stack.notify({ user_id: 'alice', title, deliver_at: deliverAt });
    const row = (title: string) => page.locator('.scheduled tbody tr', { hasText: title });
    await row('Run me').getByRole('button', { name: 'Run now' }).click();
    await row('Run me').waitFor({ state: 'detached' });
    await row('Move me').getByRole('button', { name: 'Move' }).click();
    await row('Move me')
      .getByLabel('New time, UTC')
      .fill(new Date(Date.parse(deliverAt) + 86_400_000).toISOString().slice(0, 19));
    await row('Move me').getByRole('button', { name: 'Move' }).click();
    await row('Move me')
      .getByText(/^2[56] h/)
      .waitFor();
    await row('Cancel me').getByRole('button', { name: 'Cancel' }).click();
    await row('Cancel me').getByRole('button', { name: 'Undo' }).click();
    await row('Cancel me').getByRole('button', { name: 'Cancel' }).click();
    await row('Cancel me').waitFor({ state: 'detached' });
    await page.locator('.rail').getByRole('link', { name: 'Live' }).click();
    await page.locator('a.row[data-outcome=inbox]', { hasText: 'Run me' }).waitFor();
    await page.locator('a.row[data-outcome=cancelled]', { hasText: 'Cancel me' }).waitFor();
  });

  it('shows a fault at work: the failed attempt, the wait, the attempt that delivered', async () => {
    await stack.connect('alice');
    const page = await open({ path: '#/faults' });
    await page.getByRole('switch', { name: /Throttle the table/ }).click();
    await page.locator('.rail').getByText('1 on').waitFor();
    await stack.notify({ user_id: 'alice', title: 'Survives' });
    await page.locator('.rail').getByRole('link', { name: 'Live' }).click();
    await page.locator('a.row[data-outcome=retrying]').click();
    await page.getByRole('heading', { name: /^Attempt 2 of 5 starts/ }).waitFor();
    await stack.local.clearFaults();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('heading', { name: /^Delivered in .*, on attempt 2$/ }).waitFor();
    await page.getByText(/DynamoDB throttled \w+\. A fault made it fail\. SQS retried after/).waitFor();
    await page.locator('.timeline').getByText('dispatch, attempt 1 failed').waitFor();
    await page
      .locator('.timeline .wait')
      .getByText(/SQS waits .*, then attempt 2 of 5/)
      .waitFor();
  });

  it('redrives what failed on every attempt', async () => {
    await stack.connect('alice');
    const page = await open();
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'error', function: 'dispatch' });
    await stack.notify({ user_id: 'alice', title: 'Fails' });
    await stack.local.settle();
    await stack.local.advance(400);
    await page.locator('a.row[data-outcome=failed]').click();
    await page.getByRole('heading', { name: 'Processing failed after 5 attempts' }).waitFor();
    await stack.local.clearFaults();
    await page.getByRole('link', { name: 'Open in Queues' }).click();
    await page.getByRole('button', { name: 'Redrive 1 message' }).click();
    await page.getByText('Redriven: 1 message.').waitFor();
    await page.locator('.rail').getByRole('link', { name: 'Live' }).click();
    await page.locator('a.row[data-outcome=delivered]', { hasText: 'Fails' }).click();
    await page.locator('.timeline').getByText('Redriven to Dispatch').waitFor();
  });

  it('shows a push on the lock screen, and says why it was sent', async () => {
    const page = await open({ path: '#/phones' });
    await page.getByRole('button', { name: 'Add a phone for alice' }).click();
    await page.getByText('Nothing received yet.').waitFor();
    await stack.notify({ user_id: 'alice', title: 'On the phone', message: 'Are you there?' });
    await page.locator('.push', { hasText: 'On the phone' }).waitFor();
    await page.getByText('alice had no open socket, so a push was sent.').waitFor();
    await page.getByText('Exact payload').click();
    await page
      .locator('.phone pre', { hasText: 'fcmV1Message' })
      .or(page.locator('.phone pre', { hasText: 'notification' }))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Airplane mode' }).click();
    await page.getByText('airplane mode, 0 held').waitFor();
    await stack.notify({ user_id: 'alice', title: 'While away' });
    await page.getByText('airplane mode, 1 held').waitFor();
    await page.getByRole('button', { name: 'Airplane mode' }).click();
    await page.locator('.push', { hasText: 'While away' }).waitFor();
    await stack.connect('alice');
    await stack.notify({ user_id: 'alice', title: 'On the socket' });
    await page.getByText(/a socket accepted the last notification for alice/).waitFor();
  });

  it('says what a broadcast would cost before it is sent', async () => {
    const page = await open();
    await page.keyboard.press('s');
    await page.getByRole('radio', { name: 'Everyone' }).check();
    await page.getByText(/\$0\.10 for 100,000 open sockets/).waitFor();
  });

  it('lists the topics that open sockets subscribe to, and sends to one', async () => {
    const socket = await stack.connect('alice', { topics: ['chat:42'] });
    const page = await open({ path: '#/users' });
    await page.locator('.topic-list li', { hasText: 'global_notifications' }).getByText('1 socket').waitFor();
    socket.send({ action: 'subscribe', topics: ['chat:42'] });
    await page.getByRole('button', { name: 'Send to chat:42' }).click();
    await page.getByText('1 open socket subscribed now').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Accepted.').waitFor();
    expect(await socket.frame('event')).toMatchObject({ topic: 'chat:42' });
    await socket.close();
    await page.getByText('No open socket, so no subscription.').waitFor();
  });

  it('shows each of several requests in one event, and which was rejected', async () => {
    const page = await open();
    const request = (user_id: string, title: string) => ({ user_id, title, message: 'm', notification_type: 'bulk' });
    const requests = [request('alice', 'In bulk'), request('bob', 'x'.repeat(256))];
    await stack.put([{ detail_type: 'notification.requested', detail: { requests } }]);
    await page.locator('a.row', { hasText: 'some requests rejected' }).click();
    await page.locator('.requests li', { hasText: 'In bulk' }).getByText('In inbox').waitFor();
    await page.getByText('Rejected: title must have at most 255 characters').waitFor();
    await page
      .locator('.rail')
      .getByRole('link', { name: /Queues/ })
      .click();
    await page.getByRole('button', { name: 'Correct and send' }).click();
    expect(await page.getByLabel('User id').inputValue()).toBe('bob');
  });

  it('opens a bell as a user in a tab of its own, and shows that it acknowledged', async () => {
    const page = await open();
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open alice’s bell' }).click(),
    ]);
    await page.locator('.user', { hasText: '1 socket' }).waitFor();
    await stack.notify({ user_id: 'alice', title: 'Seen in the tab', requires_ack: true });
    await tab.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    await rowOf(page, 'Seen in the tab').click();
    await page.locator('.timeline').getByText('Acknowledged by').waitFor();
    await tab.close();
    await page.locator('.user', { hasText: 'no socket' }).waitFor();
  });

  it('watches the inbox of an organisation, and sends to it', async () => {
    const page = await open({ path: '#/users' });
    await page.getByLabel('Organisation').fill('acme');
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open the bell of alice in acme' }).click(),
    ]);
    // A page in the background draws no frames, and a click waits for some.
    await page.bringToFront();
    await page.getByRole('button', { name: 'Send to alice in acme' }).click();
    await page.getByRole('textbox', { name: /^Title/ }).fill('Only in acme');
    await page.getByRole('dialog').getByText('1 socket, no phone').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: 'See what happens' }).click();
    await page.getByRole('heading', { name: /^Delivered in/ }).waitFor();
    await tab.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    await rowOf(page, 'Only in acme').getByText('alice in acme').waitFor();
    await tab.close();
  });

  it('says why a notification waits for its user, and that it is not scheduled', async () => {
    const page = await open();
    const until = new Date((await stack.local.now()) + 7_200_000).toISOString();
    const deliver_when = { state: 'present', until, otherwise: 'push' } as const;
    const id = await stack.notify({ user_id: 'paul', title: 'When present', deliver_when });
    await page.goto(`${stack.outputs.http_url}/#/live/${id}`);
    await page.getByRole('heading', { name: 'Waiting until the user is at a page' }).waitFor();
    await page.goto(`${stack.outputs.http_url}/#/scheduled`);
    await page.locator(`tr[data-event="${id}"]`, { hasText: 'waits for the user to be at a page' }).waitFor();
  });

  it('browses the table by user, and the logs', async () => {
    const page = await open({ path: '#/data' });
    await stack.notify({ user_id: 'carol', title: 'In the table' });
    await page.getByLabel('Keys that contain').fill('carol');
    await page.getByRole('link', { name: /USER#carol/ }).click();
    await page.locator('.item', { hasText: 'In the table' }).waitFor();
    await stack.notify({ user_id: 'carol', title: '' });
    await page.locator('.rail').getByRole('link', { name: 'Logs' }).click();
    await page.locator('.log-lines', { hasText: 'event rejected' }).waitFor();
  });
});
