import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../overview-data.js';
import { send } from './api.js';
import { Customers, Deliveries, Events, Requests, Sessions } from './tables.js';
import { Controls } from './controls.js';

/** The page. It fetches the overview again on every `change` event from the emulator. */
export function App() {
  const [overview, setOverview] = useState<Overview>();
  const [failed, setFailed] = useState(false);
  const sentRequests = useRef(0);
  /** The request whose answer is shown. An answer to an earlier one may arrive after it. */
  const shownRequest = useRef(0);

  const refresh = useCallback(async () => {
    const request = ++sentRequests.current;
    try {
      const response = await send('GET', '/_emulator/overview');
      const answer = (await response.json()) as Overview;
      if (request < shownRequest.current) return;
      shownRequest.current = request;
      setOverview(answer);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, []);

  useEffect(() => {
    const onChange = () => void refresh();
    const stream = new EventSource('/_emulator/stream');
    stream.addEventListener('open', onChange);
    stream.addEventListener('change', onChange);
    stream.addEventListener('error', () => setFailed(true));
    return () => stream.close();
  }, [refresh]);

  return (
    <main>
      <div>
        <h1>Chargebee emulator</h1>
        {overview && (
          <p class="muted">
            Site {overview.site} at {overview.url}. API under <code>/api/v2</code>, chargebee.js at{' '}
            <code>/v2/chargebee.js</code>.
          </p>
        )}
      </div>
      {failed && (
        <p class="notice bad" role="alert">
          The emulator does not answer. This page is updated again as soon as it does.
        </p>
      )}
      {overview && (
        <>
          <Controls overview={overview} refresh={refresh} />
          <Customers overview={overview} />
          <Sessions overview={overview} />
          <Requests overview={overview} />
          <Events overview={overview} />
          <Deliveries overview={overview} />
        </>
      )}
    </main>
  );
}
