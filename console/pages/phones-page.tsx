// Phones and browsers: each as a lock screen with what was pushed to it, and one sentence that says why.
import { Empty } from '../parts/empty.tsx';
import { useConsole } from '../state/console-state.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { userName } from '../words/format.ts';
import { AddPhone } from './add-phone.tsx';
import { type PhoneAnswer, PhoneCard } from './phone-card.tsx';

export function PhonesPage() {
  const version = useConsole((state) => state.live?.versions.phones);
  const users = useConsole((state) => state.live?.users ?? []);
  const newest = useConsole((state) => state.rows[0]?.id);
  const { value: phones, error, reload } = useLoaded<PhoneAnswer[]>('phones', version, newest);
  const without = users.filter((user) => user.phones.length === 0);
  const names = without.map(({ id, org_id: orgId }) => userName(id, orgId));
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="head">
        <h1 id="page-title">Phones</h1>
        <p>Each lock screen shows what SNS or web push sent to the device, and why.</p>
      </div>
      {error && <p class="field-error">{error}</p>}
      {phones?.length === 0 && <Empty>No phone is registered. Add one, close alice’s sockets, then send to her.</Empty>}
      <div class="phones">
        {phones?.map((phone) => (
          <PhoneCard key={`${phone.platform} ${phone.token}`} phone={phone} onChange={reload} />
        ))}
        <div class="phone">
          <h2>No phone</h2>
          <p class="quiet">{without.length === 0 ? 'every user seen has one' : names.slice(0, 8).join(', ')}</p>
          <div class="lock-screen none">
            <b>A user without a phone only has the inbox</b>
            <p class="quiet">What no socket accepts waits there until the user connects.</p>
            <AddPhone user={without[0] ?? { id: 'alice' }} isPrimary={phones?.length === 0} />
          </div>
        </div>
      </div>
    </section>
  );
}
