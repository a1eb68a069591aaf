import type { Overview } from '../overview-data.js';
import { send } from './api.js';
import { Faults } from './faults.js';

const DAY = 86_400;

const CLOCK_STEPS = [
  { label: 'One hour on', advance: 3600 },
  { label: 'One day on', advance: DAY },
  { label: 'One month on', advance: 31 * DAY },
];

const sendOnClick = (method: string, path: string, body?: unknown) => () => {
  // Errors are ignored: when the emulator is unreachable, `App` shows that.
  send(method, path, body).catch(() => undefined);
};

interface ControlsProps {
  overview: Overview;
  /** Fetches the overview again. */
  refresh: () => Promise<void>;
}

/** The controls of the clock and the faults. */
export function Controls({ overview: { clock, faults }, refresh }: ControlsProps) {
  return (
    <div class="columns">
      <section class="card" aria-labelledby="clock">
        <h2 id="clock">Clock</h2>
        <p>
          <time dateTime={clock.iso}>{clock.iso.replace('T', ' ').slice(0, 16)} UTC</time>
          {clock.offset !== 0 && <span class="muted"> ({formatOffset(clock.offset)})</span>}
        </p>
        <div class="actions">
          {CLOCK_STEPS.map(({ label, advance }) => (
            <button
              key={label}
              class="button"
              type="button"
              onClick={sendOnClick('POST', '/_emulator/clock', { advance })}
            >
              {label}
            </button>
          ))}
          <button
            class="button"
            type="button"
            onClick={sendOnClick('POST', '/_emulator/clock', { reset: true })}
          >
            Back to now
          </button>
        </div>
        <div class="actions">
          <button
            class="button danger"
            type="button"
            onClick={sendOnClick('POST', '/_emulator/reset')}
          >
            Reset everything
          </button>
        </div>
      </section>
      <Faults faults={faults} refresh={refresh} />
    </div>
  );
}

function formatOffset(seconds: number): string {
  const days = Math.round(Math.abs(seconds) / DAY);
  const amount = days
    ? pluralize(days, 'day')
    : pluralize(Math.round(Math.abs(seconds) / 60), 'minute');
  return `${amount} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

const pluralize = (number: number, unit: string): string =>
  `${number} ${unit}${number === 1 ? '' : 's'}`;
