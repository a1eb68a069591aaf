export { ChargebeePortalHarness, type ChargebeePortalHarnessFilters } from './portal-harness';
