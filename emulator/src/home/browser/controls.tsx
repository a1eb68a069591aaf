import type { Overview } from '../overview-data.js';
import { FAULT_PRESETS } from '../presets.js';
import { send } from './api.js';

const DAY = 86_400;

const MOVES = [
  { label: 'One hour on', advance: 3600 },
  { label: 'One day on', advance: DAY },
  { label: 'One month on', advance: 31 * DAY },
];

const act = (method: string, path: string, body?: unknown) => () => {
  // When it fails, the page says so as soon as it reads the overview.
  send(method, path, body).catch(() => undefined);
};

/** The clock and the faults, to be set by hand. */
export function Controls({ overview: { clock, faults } }: { overview: Overview }) {
  return (
    <div class="columns">
      <section class="card" aria-labelledby="clock">
        <h2 id="clock">Clock</h2>
        <p>
          <time dateTime={clock.iso}>{clock.iso.replace('T', ' ').slice(0, 16)} UTC</time>
          {clock.offset !== 0 && <span class="muted"> ({offset(clock.offset)})</span>}
        </p>
        <div class="actions">
          {MOVES.map(({ label, advance }) => (
            <button
              key={label}
              class="button"
              type="button"
              onClick={act('POST', '/_emulator/clock', { advance })}
            >
              {label}
            </button>
          ))}
          <button
            class="button"
            type="button"
            onClick={act('POST', '/_emulator/clock', { reset: true })}
          >
            Back to now
          </button>
        </div>
        <div class="actions">
          <button class="button danger" type="button" onClick={act('POST', '/_emulator/reset')}>
            Reset everything
          </button>
        </div>
      </section>
      <section class="card" aria-labelledby="faults">
        <h2 id="faults">Faults</h2>
        <ul class="switches">
          {FAULT_PRESETS.map((preset) => {
            const on = faults.find(({ name }) => name === preset.name);
            return (
              <li key={preset.name}>
                <label class="checkbox">
                  <input
                    type="checkbox"
                    checked={on !== undefined}
                    onChange={
                      on
                        ? act('DELETE', `/_emulator/faults/${on.id}`)
                        : act('POST', '/_emulator/faults', preset)
                    }
                  />
                  {preset.name}
                  {on && on.struck > 0 && <span class="badge warn">struck {on.struck}</span>}
                </label>
              </li>
            );
          })}
          {faults
            .filter(({ name }) => !FAULT_PRESETS.some((preset) => preset.name === name))
            .map((fault) => (
              <li key={fault.id}>
                <label class="checkbox">
                  <input
                    type="checkbox"
                    checked
                    onChange={act('DELETE', `/_emulator/faults/${fault.id}`)}
                  />
                  {fault.name ?? `${fault.method ?? 'Any'} ${fault.route}`}
                </label>
              </li>
            ))}
        </ul>
      </section>
    </div>
  );
}

function offset(seconds: number): string {
  const days = Math.round(Math.abs(seconds) / DAY);
  const amount = days ? `${days} days` : `${Math.round(Math.abs(seconds) / 60)} minutes`;
  return `${amount} ${seconds > 0 ? 'ahead' : 'behind'}`;
}
