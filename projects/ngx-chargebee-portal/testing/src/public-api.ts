export type { FailingMethod } from './fake-portal-service';
export { ChargebeePortalTestingController } from './portal-testing-controller';
export { provideChargebeePortalTesting } from './provide-testing';
export type { TestOpening } from './test-opening';
