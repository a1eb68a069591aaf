import { SampledLog } from './sampled-log.js';

describe('SampledLog', () => {
  const lines: unknown[][] = [];
  const logger = {
    info: (...line: unknown[]) => void lines.push(line),
    warn: (...line: unknown[]) => void lines.push(line),
  };
  let log: SampledLog;

  beforeEach(() => {
    jasmine.clock().install();
    lines.length = 0;
    log = new SampledLog(logger as never, { linesPerKind: 2, intervalMs: 1000 });
  });

  afterEach(() => jasmine.clock().uninstall());

  const write = (kind: string, count: number) => {
    for (let index = 0; index < count; index += 1) log.info(kind, () => ({ index }), kind);
  };

  it('writes the first lines of each kind, and the number of those left out at the end of the interval', () => {
    write('expired', 5);
    write('signature', 2);
    expect(lines.length).toBe(4);
    jasmine.clock().tick(1000);
    expect(lines.slice(4)).toEqual([
      [{ kind: 'expired', leftOut: 3 }, 'more lines of a kind were left out'],
    ]);
    write('expired', 1);
    expect(lines.length).toBe(6);
  });

  it('does not create lines that are not written', () => {
    write('expired', 2);
    log.warn('expired', () => fail('made a line for nothing') as never, 'expired');
    expect(lines.length).toBe(2);
  });

  it('counts kinds beyond the maximum together', () => {
    for (let kind = 0; kind < 1000; kind += 1) write(`kind ${kind}`, 1);
    expect(lines.length).toBe(52);
    log.flush();
    expect(lines.at(-1)).toEqual([
      { kind: 'other', leftOut: 948 },
      'more lines of a kind were left out',
    ]);
  });
});
