// Events of a trading journal as notifications: nine types, each to one user or several.
import type { NotificationService } from '../notification-service.ts';
import type { PresetProps } from './preset-props.ts';

/** The event's own words, `title` and `message` of its detail. */
const OWN_WORDS = ['{title}', '{message}'] as const;

const EVENTS: readonly (readonly [id: string, type: string, title: string, message: string])[] = [
  ['TradeCreated', 'trade.created', 'Trade created', '{message}'],
  ['TradeUpdated', 'trade.updated', 'Trade updated', '{message}'],
  ['TradeDeleted', 'trade.deleted', 'Trade deleted', '{message}'],
  ['JournalCreated', 'journal.created', 'Journal entry created', '{message}'],
  ['JournalUpdated', 'journal.updated', 'Journal entry updated', '{message}'],
  ['CsvImport', 'csv.import', 'CSV import', '{message}'],
  ['Error', 'error', ...OWN_WORDS],
  ['Info', 'info', ...OWN_WORDS],
  ['Success', 'success', ...OWN_WORDS],
];

/** The detail names `user_id` (one id or a list of them) and `message`; it is the payload. */
export function tradingEvents(service: NotificationService, from: PresetProps = {}): void {
  for (const [id, type, title, message] of EVENTS) {
    service.notifyOn(`Trading${id}`, {
      ...from,
      detailType: type,
      notification: { user_ids: '$.detail.user_id', notification_type: type, title, message, payload: '$.detail' },
      // An import makes thousands of events at once, which keep no other kind waiting.
      messageGroupId: type,
    });
  }
}
