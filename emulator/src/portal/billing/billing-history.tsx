import { ChargebeeError } from '../../errors.js';
import { Layout } from '../layout.js';
import { requireOwned } from '../ownership.js';
import type { Pages } from '../pages.js';
import { InvoiceTable } from './invoice-table.js';

const PATH = '/portal/v2/billing-history';

/** Registers the invoice list, the PDF downloads, and the button that pays an invoice. */
export function registerBillingHistory(pages: Pages): void {
  const { store } = pages.context;

  pages.page(PATH, ({ view }) => (
    <Layout view={view} title="Billing history" section="portal_billing_history" menuPath={PATH}>
      <section class="card" aria-label="Invoices">
        <InvoiceTable
          view={view}
          invoices={store.invoices.forCustomer(view.customer.id)}
          label="Invoices"
        />
      </section>
    </Layout>
  ));

  pages.download('/portal/v2/invoices/:invoice.pdf', 'application/pdf', (request) => {
    const { id } = requireOwned(request, store.invoices.retrieve(request.params.invoice ?? ''));
    return store.invoicePdf(id);
  });

  pages.button(
    '/portal/v2/invoices/:invoice/pay',
    () => PATH,
    (request) => {
      const { id } = requireOwned(request, store.invoices.retrieve(request.params.invoice ?? ''));
      try {
        const paid = store.invoices.collectPayment(id, { initiator: 'customer' });
        const { amount, currency_code } = paid.transaction;
        const text = request.view.format.money(amount, currency_code);
        return { to: PATH, notice: `Thank you: ${text} was paid for invoice ${id}.` };
      } catch (error) {
        if (!(error instanceof ChargebeeError) || error.type !== 'payment') throw error;
        return {
          to: PATH,
          problem: `${error.message} Choose or add another card under Payment methods, then pay again.`,
        };
      }
    },
  );
}
