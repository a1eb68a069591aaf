import { FakeChargebee } from '../../../test/fake-chargebee';
import { rejection, setup } from '../../../test/setup';
import type { PortalError } from '../portal/portal-error';
import type { PortalOpenOptions } from '../portal/portal-options';
import { PORTAL_SECTIONS, type PortalSection } from '../portal/portal-sections';

describe('The sections of the portal', () => {
  afterEach(() => FakeChargebee.uninstall());

  const params = { subscriptionId: 'sub-1', paymentSourceId: 'pm-1' };
  const alone = [
    'SUBSCRIPTION_DETAILS',
    'ACCOUNT_DETAILS',
    'ADDRESS',
    'BILLING_HISTORY',
    'PAYMENT_SOURCES',
  ];

  for (const section of Object.keys(PORTAL_SECTIONS) as PortalSection[]) {
    const kind = alone.includes(section) ? 'section' : 'portal';
    it(`shows ${section} ${kind === 'section' ? 'alone' : 'in the whole portal'}`, async () => {
      const setUp = setup();
      await setUp.service.open({ section, params });
      expect(setUp.instance.page).toEqual(
        jasmine.objectContaining({
          kind,
          forward: { sectionType: PORTAL_SECTIONS[section], params },
        }),
      );
    });
  }

  for (const [argument, sections] of [
    [
      'subscriptionId',
      [
        'SUBSCRIPTION_DETAILS',
        'SUBSCRIPTION_CANCELLATION',
        'EDIT_SUBSCRIPTION',
        'VIEW_SCHEDULED_CHANGES',
        'EDIT_SUBSCRIPTION_CUSTOM_FIELDS',
        'CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION',
      ],
    ],
    ['paymentSourceId', ['EDIT_PAYMENT_SOURCE', 'VIEW_PAYMENT_SOURCE']],
  ] as const) {
    it(`require ${argument} if they show one, and only then`, async () => {
      const { service } = setup();
      const needing: string[] = [];
      for (const section of Object.keys(PORTAL_SECTIONS)) {
        const options = { section, params: { ...params, [argument]: undefined } };
        await service.open(options as PortalOpenOptions).catch((error: PortalError) => {
          if (error.argument === argument) needing.push(section);
        });
      }
      expect(needing).toEqual([...sections]);
    });
  }

  it('reject a missing subscription, and name the parameter', async () => {
    const { service, backend } = setup();
    const options = { section: 'EDIT_SUBSCRIPTION', params: {} } as unknown as PortalOpenOptions;
    const error = await rejection(service.open(options));
    expect(error).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'subscriptionId' }),
    );
    expect(service.error()).toBe(error as PortalError);
    expect(backend.sessions).toEqual([]);
  });

  it('reject a missing payment source, and name the parameter', async () => {
    const { service } = setup();
    const options = { section: 'VIEW_PAYMENT_SOURCE' } as unknown as PortalOpenOptions;
    expect(await rejection(service.open(options))).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'paymentSourceId' }),
    );
  });
});
