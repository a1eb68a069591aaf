// The container's health check: exits with 0 when the emulator responds.
const response = await fetch(`http://127.0.0.1:${process.env.PORT ?? '4010'}/_emulator`, {
  signal: AbortSignal.timeout(2500),
}).catch(() => undefined);
process.exitCode = response?.ok && response.headers.has('x-chargebee-emulator') ? 0 : 1;
