import type { Customer, HostedPage, PortalSession } from '../store/resources.js';

/** What the API shows of a resource that has attributes of the emulator's own. */
export const customerAnswer = ({ shipping_address: _own, ...customer }: Customer) => ({ customer });

export const portalSessionAnswer = ({
  forward_url: _own,
  updated_at: _updated,
  resource_version: _version,
  ...portal_session
}: PortalSession) => ({ portal_session });

export const hostedPageAnswer = ({
  customer_id: _customer,
  redirect_url: _redirect,
  content,
  ...page
}: HostedPage) => ({
  hosted_page: {
    ...page,
    content: content.customer ? customerAnswer(content.customer) : {},
  },
});
