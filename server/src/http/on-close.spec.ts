import { EventEmitter } from 'node:events';
import { onClose } from './on-close.js';

describe('onClose', () => {
  it('calls every listener when the socket closes, and adds only one to the socket', () => {
    const socket = new EventEmitter();
    const called: number[] = [];
    for (let i = 0; i < 20; i += 1) onClose(socket, () => called.push(i));
    expect(socket.listenerCount('close')).toBe(1);
    socket.emit('close');
    socket.emit('close');
    expect(called).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('does not call a listener that was removed, and removes the last one from the socket', () => {
    const socket = new EventEmitter();
    const [removed, kept] = [jasmine.createSpy('removed'), jasmine.createSpy('kept')];
    const remove = onClose(socket, removed);
    const removeLast = onClose(socket, kept);
    remove();
    socket.emit('close');
    expect(removed).not.toHaveBeenCalled();
    expect(kept).toHaveBeenCalledTimes(1);
    removeLast();
    onClose(socket, removed)();
    expect(socket.listenerCount('close')).toBe(0);
  });

  it('keeps the listeners that were added after the socket has closed, when an earlier one is removed', () => {
    const socket = new EventEmitter();
    const removeEarlier = onClose(socket, () => undefined);
    socket.emit('close');
    onClose(socket, () => undefined);
    removeEarlier();
    onClose(socket, () => undefined);
    expect(socket.listenerCount('close')).toBe(1);
  });

  it('accepts a socket without events', () => {
    expect(() => onClose({}, () => undefined)()).not.toThrow();
  });
});
