export { ChargebeePortalHarness, type ChargebeePortalHarnessFilters } from './portal-harness';
export { ChargebeePortalTestingController } from './portal-testing-controller';
export { provideChargebeePortalTesting } from './provide-testing';
export type { TestOpening } from './test-opening';
